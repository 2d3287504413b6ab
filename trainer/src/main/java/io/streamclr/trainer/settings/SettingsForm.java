package io.streamclr.trainer.settings;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.step.BackbonePlan;
import io.streamclr.trainer.step.TeacherPlan;
import io.streamclr.trainer.torch.TorchDevice;
import io.streamclr.trainer.views.RankShare;
import io.streamclr.trainer.weights.WeightsOrigin;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of a run, as its journal has them: in the words of the options of {@code streamclr train}, as far as
 * there are any. Broker and folder are written for people; whoever reads has their own.
 */
public final class SettingsForm {

    private SettingsForm() {}

    public static ObjectNode write(TrainConfig config) {
        ObjectNode form = object();
        form.put("run", config.runId());
        form.put("seed", config.seed());
        // The address alone: properties of a connection hold secrets.
        form.putObject("topics")
                .put("broker", config.topics().kafka().bootstrapServers())
                .put("views", config.topics().views())
                .put("batches", config.topics().batches())
                .put("encoders", config.topics().encoders());
        SaveEvery every = config.saving().every();
        ObjectNode saving = form.putObject("saving")
                .put("checkpoints", config.saving().checkpoints().toUri().toString())
                .put("every", every.steps());
        if (!every.time().isZero()) {
            saving.put("every_seconds", every.time().toSeconds());
        }
        saving.put("keep", config.saving().keep());
        form.putObject("batching")
                .put("batch", config.batching().pairs())
                .put("block", config.batching().blockBatches())
                .put("chunk", config.batching().chunkViews());
        form.set("network", network(config.learning().network()));
        // Written where there are any, so that a journal of a run without them is what it always was.
        config.learning().weights().ifPresent(weights -> form.putObject("weights")
                .put("file", weights.name())
                .put("sha256", weights.digest()));
        BackbonePlan backbone = config.learning().backbone();
        if (backbone.differs()) {
            form.putObject("backbone")
                    .put("freeze_steps", backbone.frozenSteps())
                    .put("layer_decay", backbone.layerDecay());
        }
        form.set("loss", loss(config.learning().loss()));
        form.set("optimiser", optimiser(config.learning().rule()));
        // Written where it is on, so that a journal of a run without it is what it always was.
        if (config.learning().clipping().clips()) {
            form.put("clip_gradients", config.learning().clipping().norm());
        }
        Schedule schedule = config.learning().schedule();
        ObjectNode course = form.putObject("schedule");
        course.set("rate", RateForm.write(schedule.rate()));
        course.put("steps", schedule.steps())
                .put("cool_down", schedule.coolDownSteps())
                .put("cool_down_form", schedule.fall().word());
        ObjectNode computing =
                form.putObject("computing").put("threads", config.computing().threads());
        config.computing()
                .devices()
                .forEach(device -> computing.withArray("devices").add(device.text()));
        // Written where there are several, for the same reason.
        if (config.share().isPart()) {
            form.put("ranks", config.share().ranks());
        }
        // Written where it is on, so that a journal of a run without it is what it always was.
        if (config.computing().tf32()) {
            computing.put("allow_tf32", true);
        }
        form.putObject("watch")
                .put("measure_every", config.watch().everySteps())
                .put("least_rank", config.watch().leastRank())
                .put("on_collapse", config.watch().onCollapse().word());
        MemoryPlan memory = config.remembering().memory();
        form.putObject("memory")
                .put("policy", memory.policy().word())
                .put("size", memory.capacity())
                .put("replayed_share", memory.replayedShare())
                .put("updates", memory.updates());
        form.putObject("teacher")
                .put("weight", config.remembering().teacher().weight())
                .put("decay", config.remembering().teacher().decay());
        return form;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode network(NetworkPlan network) {
        ObjectNode written = BackboneForm.write(network);
        written.put("normalise", network.pixels().word())
                .put("precision", network.precision().word());
        // Written where it is on, so that a journal of a run without it is what it always was.
        if (network.whitened()) {
            written.put("whitened", true);
        }
        written.putObject("head")
                .put("layers", network.head().layers())
                .put("hidden", network.head().hidden())
                .put("output", network.head().output())
                .put("spread", network.head().spread());
        return written;
    }

    private static ObjectNode loss(LossPlan loss) {
        ObjectNode written = object().put("name", loss.formula().word())
                .put("temperature", loss.temperature())
                .put("same_image", loss.sameImage().word());
        if (loss.formula() instanceof LossFormula.Debiased debiased) {
            written.put("tau_plus", debiased.tauPlus());
        } else if (loss.formula() instanceof LossFormula.HardNegative hard) {
            written.put("tau_plus", hard.tauPlus()).put("beta", hard.beta());
        } else if (loss.formula() instanceof LossFormula.FalseNegativeElimination elimination) {
            written.put("false_negatives", elimination.most())
                    .put("false_negative_cosine", elimination.above())
                    .put("support", elimination.support().word());
        }
        if (loss.nearDuplicates() != LossPlan.NEVER) {
            written.put("mask_near_duplicates", loss.nearDuplicates());
        }
        if (loss.comparesPictures()) {
            written.put("mask_picture_hash", loss.alikeBits());
        }
        return written;
    }

    private static ObjectNode optimiser(UpdateRule rule) {
        ObjectNode written = object().put("name", rule.word()).put("weight_decay", rule.weightDecay());
        if (rule instanceof UpdateRule.Lars lars) {
            written.put("momentum", lars.momentum()).put("trust", lars.eta());
        } else if (rule instanceof UpdateRule.Sgd sgd) {
            written.put("momentum", sgd.momentum());
            if (sgd.nesterov()) {
                written.put("nesterov", true);
            }
        } else if (rule instanceof UpdateRule.AdamW adam) {
            written.put("momentum", adam.beta1()).put("beta2", adam.beta2()).put("epsilon", adam.epsilon());
        } else if (rule instanceof UpdateRule.Muon muon) {
            written.put("momentum", muon.momentum()).put("beta2", muon.beta2()).put("epsilon", muon.epsilon());
        }
        return written;
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param kafka the connection of whoever reads
     * @param checkpoints the folder of folders where the journal was found
     */
    public static TrainConfig read(Fields fields, KafkaConnection kafka, Path checkpoints) throws IOException {
        return new TrainConfig(
                fields.text("run"),
                fields.whole("seed"),
                fields.object("topics", topics -> {
                    topics.text("broker");
                    return new RunTopics(kafka, topics.text("views"), topics.text("batches"), topics.text("encoders"));
                }),
                fields.object("saving", saving -> {
                    saving.text("checkpoints");
                    long seconds = saving.has("every_seconds") ? saving.whole("every_seconds") : 0;
                    return new Saving(
                            checkpoints,
                            new SaveEvery(saving.small("every"), Duration.ofSeconds(seconds)),
                            saving.small("keep"));
                }),
                fields.object(
                        "batching",
                        batching -> new Batching(
                                batching.small("batch"), batching.small("block"), batching.small("chunk"))),
                new Learning(
                        fields.object("network", SettingsForm::network),
                        fields.has("weights")
                                ? Optional.of(fields.object(
                                        "weights",
                                        weights -> new WeightsOrigin(weights.text("file"), weights.text("sha256"))))
                                : Optional.empty(),
                        fields.has("backbone")
                                ? fields.object(
                                        "backbone",
                                        backbone -> new BackbonePlan(
                                                backbone.whole("freeze_steps"), backbone.number("layer_decay")))
                                : BackbonePlan.NONE,
                        fields.object("loss", SettingsForm::loss),
                        fields.object("optimiser", SettingsForm::optimiser),
                        fields.has("clip_gradients")
                                ? new GradientClipping(fields.number("clip_gradients"))
                                : GradientClipping.NONE,
                        fields.object(
                                "schedule",
                                schedule -> new Schedule(
                                        schedule.object("rate", RateForm::read),
                                        schedule.whole("steps"),
                                        schedule.whole("cool_down"),
                                        schedule.word("cool_down_form", Decay.class)))),
                fields.object(
                        "computing",
                        computing -> new Computing(
                                computing.small("threads"),
                                computing.texts("devices").stream()
                                        .map(TorchDevice::parse)
                                        .toList(),
                                computing.has("allow_tf32") && computing.truth("allow_tf32"))),
                fields.object(
                        "watch",
                        watch -> new HealthWatchPlan(
                                watch.small("measure_every"),
                                watch.number("least_rank"),
                                watch.word("on_collapse", HealthWatchPlan.OnCollapse.class))),
                new Remembering(
                        fields.object(
                                "memory",
                                memory -> new MemoryPlan(
                                        memory.word("policy", Policy.class),
                                        memory.small("size"),
                                        memory.number("replayed_share"),
                                        memory.small("updates"))),
                        fields.object(
                                "teacher",
                                teacher -> new TeacherPlan(teacher.number("weight"), teacher.number("decay")))),
                fields.has("ranks") ? new RankShare(0, fields.small("ranks")) : RankShare.WHOLE);
    }

    private static NetworkPlan network(Fields network) throws IOException {
        return new NetworkPlan(
                BackboneForm.read(network),
                network.object(
                        "head",
                        head -> new HeadPlan(
                                head.small("layers"),
                                head.small("hidden"),
                                head.small("output"),
                                head.number("spread"))),
                network.word("norm", Norm.class),
                network.word("normalise", Normalisation.class),
                network.word("precision", Precision.class),
                network.has("whitened") && network.truth("whitened"));
    }

    private static LossPlan loss(Fields loss) throws IOException {
        return new LossPlan(
                formula(loss),
                loss.number("temperature"),
                loss.has("mask_near_duplicates") ? loss.number("mask_near_duplicates") : LossPlan.NEVER,
                loss.word("same_image", SameImage.class),
                loss.has("mask_picture_hash") ? loss.small("mask_picture_hash") : LossPlan.NO_HASHES);
    }

    private static LossFormula formula(Fields loss) throws IOException {
        String name = loss.text("name");
        return switch (name) {
            case "nt-xent" -> new LossFormula.NtXent();
            case "dcl" -> new LossFormula.Decoupled();
            case "debiased" -> new LossFormula.Debiased(loss.number("tau_plus"));
            case "hard-negative" -> new LossFormula.HardNegative(loss.number("tau_plus"), loss.number("beta"));
            case "fn-elimination" ->
                new LossFormula.FalseNegativeElimination(
                        loss.small("false_negatives"),
                        loss.number("false_negative_cosine"),
                        loss.word("support", Support.class));
            default -> throw new IOException("there is no loss '" + name + "'");
        };
    }

    private static UpdateRule optimiser(Fields rule) throws IOException {
        String name = rule.text("name");
        double decay = rule.number("weight_decay");
        return switch (name) {
            case "lars" -> new UpdateRule.Lars(decay, rule.number("momentum"), rule.number("trust"));
            case "sgd" ->
                new UpdateRule.Sgd(decay, rule.number("momentum"), rule.has("nesterov") && rule.truth("nesterov"));
            case "adamw" ->
                new UpdateRule.AdamW(decay, rule.number("momentum"), rule.number("beta2"), rule.number("epsilon"));
            case "muon" ->
                new UpdateRule.Muon(decay, rule.number("momentum"), rule.number("beta2"), rule.number("epsilon"));
            default -> throw new IOException("there is no optimiser '" + name + "'");
        };
    }
}
