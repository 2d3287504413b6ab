package io.streamclr.trainer.settings;

import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.checkpoint.RateForm;
import io.streamclr.trainer.form.Fields;
import io.streamclr.trainer.loss.LossFormula;
import io.streamclr.trainer.loss.LossFormula.FalseNegativeElimination.Support;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.loss.LossPlan.SameImage;
import io.streamclr.trainer.memory.MemoryPlan;
import io.streamclr.trainer.memory.MemoryPlan.Policy;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.step.TeacherPlan;
import io.streamclr.trainer.torch.TorchDevice;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The settings of a run, as the journals of release 0.1 have it: by names that its Java had then. What was added before
 * 0.1 was done may be missing, and was off.
 */
public final class FirstSettingsForm {

    private FirstSettingsForm() {}

    /** As {@link SettingsForm#read}. */
    public static TrainConfig read(Fields fields, KafkaConnection kafka, Path checkpoints) throws IOException {
        fields.text("kafka");
        fields.text("checkpoints");
        NetworkPlan network = fields.object("network", FirstSettingsForm::network);
        LossPlan loss = fields.object("loss", FirstSettingsForm::loss);
        UpdateRule rule = fields.object("rule", FirstSettingsForm::rule);
        LearningRate rate = fields.object("rate", RateForm::readFirst);
        Schedule schedule = new Schedule(
                rate, fields.whole("steps"), fields.whole("coolDownSteps"), fields.word("fall", Decay.class));
        return new TrainConfig(
                fields.text("runId"),
                fields.whole("seed"),
                new RunTopics(
                        kafka, fields.text("viewsTopic"), fields.text("batchesTopic"), fields.text("encodersTopic")),
                new Saving(checkpoints, fields.small("saveEvery"), fields.small("keep")),
                new Batching(fields.small("batchPairs"), fields.small("blockBatches"), fields.small("chunkViews")),
                new Learning(network, loss, rule, schedule),
                new Computing(
                        fields.small("threads"),
                        fields.objects("devices", device -> new TorchDevice(device.small("gpu")))),
                fields.object(
                        "watch",
                        watch -> new HealthWatchPlan(
                                watch.small("everySteps"),
                                watch.number("leastRank"),
                                watch.word("onCollapse", HealthWatchPlan.OnCollapse.class))),
                remembering(fields));
    }

    private static Remembering remembering(Fields fields) throws IOException {
        MemoryPlan memory = fields.has("memory")
                ? fields.object(
                        "memory",
                        plan -> new MemoryPlan(
                                plan.word("policy", Policy.class),
                                plan.small("capacity"),
                                plan.number("replayedShare"),
                                plan.small("updates")))
                : MemoryPlan.NONE;
        TeacherPlan teacher = fields.has("teacher")
                ? fields.object("teacher", plan -> new TeacherPlan(plan.number("weight"), plan.number("decay")))
                : TeacherPlan.NONE;
        return new Remembering(memory, teacher);
    }

    private static NetworkPlan network(Fields network) throws IOException {
        return new NetworkPlan(
                network.small("depth"),
                network.number("width"),
                network.word("stem", Stem.class),
                network.small("stages"),
                network.object(
                        "head",
                        head -> new HeadPlan(
                                head.small("layers"),
                                head.small("hidden"),
                                head.small("output"),
                                head.number("spread"))),
                network.word("norm", Norm.class),
                network.truth("zeroGamma"),
                network.word("pixels", Normalisation.class),
                network.word("precision", Precision.class));
    }

    private static LossPlan loss(Fields loss) throws IOException {
        return new LossPlan(
                loss.object("formula", FirstSettingsForm::formula),
                loss.number("temperature"),
                nearDuplicates(loss),
                loss.has("sameImage") ? loss.word("sameImage", SameImage.class) : SameImage.MASKED,
                loss.has("alikeBits") ? loss.small("alikeBits") : LossPlan.NO_HASHES);
    }

    /** JSON has no number for what is above all. */
    private static double nearDuplicates(Fields loss) throws IOException {
        if (!loss.isText("nearDuplicates")) {
            return loss.number("nearDuplicates");
        }
        String above = loss.text("nearDuplicates");
        if (!above.equals("Infinity")) {
            throw new IOException("near duplicates are above '" + above + "'");
        }
        return LossPlan.NEVER;
    }

    private static LossFormula formula(Fields formula) throws IOException {
        String kind = formula.text("kind");
        return switch (kind) {
            case "NtXent" -> new LossFormula.NtXent();
            case "Decoupled" -> new LossFormula.Decoupled();
            case "Debiased" -> new LossFormula.Debiased(formula.number("tauPlus"));
            case "HardNegative" -> new LossFormula.HardNegative(formula.number("tauPlus"), formula.number("beta"));
            case "FalseNegativeElimination" ->
                new LossFormula.FalseNegativeElimination(
                        formula.small("most"), formula.number("above"), formula.word("support", Support.class));
            default -> throw new IOException("there is no loss '" + kind + "'");
        };
    }

    private static UpdateRule rule(Fields rule) throws IOException {
        String kind = rule.text("kind");
        double decay = rule.number("weightDecay");
        return switch (kind) {
            case "Lars" -> new UpdateRule.Lars(decay, rule.number("momentum"), rule.number("eta"));
            case "Sgd" -> new UpdateRule.Sgd(decay, rule.number("momentum"));
            case "AdamW" ->
                new UpdateRule.AdamW(decay, rule.number("beta1"), rule.number("beta2"), rule.number("epsilon"));
            default -> throw new IOException("there is no optimiser '" + kind + "'");
        };
    }
}
