package io.streamclr.trainer.settings;

import io.streamclr.trainer.form.Numbers;
import io.streamclr.trainer.loss.LossFormula;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.memory.MemoryPlan;
import io.streamclr.trainer.model.ConvNext;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.torch.TorchDevice;
import io.streamclr.trainer.weights.WeightsOrigin;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings of a run, by their options. An option that is not given has no text, and a switch is true or false.
 */
public final class OptionWords {

    /** What options are called whose names in checkpoints are older. */
    private static final Map<String, String> OF_TODAY = Map.of("--batch", "--batch-size", "--devices", "--device");

    private final Map<String, String> words = new LinkedHashMap<>();

    private OptionWords() {}

    /** What must not change while a run lasts. */
    public static Map<String, String> settings(TrainConfig config) {
        OptionWords words = new OptionWords();
        Batching batching = config.batching();
        // Checkpoints are kept, so these two are written by the names that the options had in release 0.1.
        words.put("--batch", batching.pairs());
        words.put("--block", batching.blockBatches());
        words.put("--chunk", Math.min(batching.chunkViews(), 2 * batching.pairs()));
        words.put("--devices", config.computing().devices().size());
        // A run of one process has no such word, as before there could be more.
        if (config.share().isPart()) {
            words.put("--ranks", config.share().ranks());
        }
        words.put(config.learning().loss());
        words.put(config.learning().rule());
        GradientClipping clipping = config.learning().clipping();
        words.put("--clip-gradients", clipping.clips() ? Numbers.text(clipping.norm()) : "");
        words.put(config.learning().network());
        words.put(
                "--weights",
                config.learning().weights().map(WeightsOrigin::text).orElse(""));
        words.put("--freeze-steps", config.learning().backbone().frozenSteps());
        words.put("--layer-decay", config.learning().backbone().layerDecay());
        words.put("--seed", config.seed());
        words.put(config.remembering().memory());
        words.put("--teacher-weight", config.remembering().teacher().weight());
        words.put("--teacher-decay", config.remembering().teacher().decay());
        return words.words;
    }

    /** What may change while a run lasts, and changes how numbers are rounded. */
    public static Map<String, String> rounding(TrainConfig config) {
        OptionWords words = new OptionWords();
        words.put("--threads", config.computing().threads());
        words.put("--precision", config.learning().network().precision().word());
        if (config.computing().tf32()) {
            words.put("--allow-tf32", "true");
        }
        return words.words;
    }

    /** All settings of a run about its learning, by the options of today; for people, not to be read again. */
    public static Map<String, String> all(TrainConfig config) {
        OptionWords words = new OptionWords();
        settings(config).forEach((option, text) -> words.put(OF_TODAY.getOrDefault(option, option), text));
        words.put("--device", TorchDevice.text(config.computing().devices()));
        words.words.putAll(rounding(config));
        words.put(config.learning().schedule());
        words.put("--measure-every", config.watch().everySteps());
        words.put("--views-topic", config.topics().views());
        return words.words;
    }

    private void put(String option, String text) {
        words.put(option, text);
    }

    private void put(String option, long number) {
        put(option, Long.toString(number));
    }

    private void put(String option, double number) {
        put(option, Numbers.text(number));
    }

    private void put(LossPlan loss) {
        put("--loss", loss.formula().word());
        if (loss.formula() instanceof LossFormula.Debiased debiased) {
            put("--tau-plus", debiased.tauPlus());
        } else if (loss.formula() instanceof LossFormula.HardNegative hard) {
            put("--tau-plus", hard.tauPlus());
            put("--beta", hard.beta());
        } else if (loss.formula() instanceof LossFormula.FalseNegativeElimination elimination) {
            put("--false-negatives", elimination.most());
            put("--false-negative-cosine", elimination.above());
            put("--support", elimination.support().word());
        }
        put("--temperature", loss.temperature());
        put(
                "--mask-near-duplicates",
                loss.nearDuplicates() == LossPlan.NEVER ? "" : Numbers.text(loss.nearDuplicates()));
        put("--mask-picture-hash", loss.comparesPictures() ? Integer.toString(loss.alikeBits()) : "");
        put("--same-image", loss.sameImage().word());
    }

    /** What no option says has a name without dashes. */
    private void put(UpdateRule rule) {
        put("--optimiser", rule.word());
        put("--weight-decay", rule.weightDecay());
        if (rule instanceof UpdateRule.Lars lars) {
            put("--momentum", lars.momentum());
            put("--trust-coefficient", lars.eta());
        } else if (rule instanceof UpdateRule.Sgd sgd) {
            put("--momentum", sgd.momentum());
            put("--nesterov", Boolean.toString(sgd.nesterov()));
        } else if (rule instanceof UpdateRule.AdamW adam) {
            put("--momentum", adam.beta1());
            put("--beta2", adam.beta2());
            put("epsilon", adam.epsilon());
        } else if (rule instanceof UpdateRule.Muon muon) {
            put("--momentum", muon.momentum());
            put("--beta2", muon.beta2());
            put("epsilon", muon.epsilon());
        }
    }

    /** The rate has no option's name: that of the option may be for another size of batch. */
    private void put(Schedule schedule) {
        put("peak-learning-rate", schedule.rate().peak());
        put("--warm-up", schedule.rate().warmUpSteps());
        put("--schedule", schedule.rate().course().word());
        put("--steps", schedule.steps());
        put("--cool-down", schedule.coolDownSteps());
        put("--cool-down-form", schedule.fall().word());
    }

    private void put(NetworkPlan network) {
        HeadPlan head = network.head();
        // A plain ResNet is written as it was before there were others.
        if (!(network.backbone() instanceof ResNet plain) || plain.bottleneck() != 1) {
            put("--backbone", network.backbone().name());
        }
        if (network.backbone() instanceof ResNet resnet) {
            put("--depth", resnet.depth());
            put("--width", Numbers.fraction(resnet.width()));
            if (resnet.lateWidth() != 1) {
                put("--late-width", resnet.lateWidth());
            }
            put("--stem", resnet.stem().word());
            put("--stages", resnet.stages());
        } else if (network.backbone() instanceof VisionTransformer vit) {
            put("--patch", vit.patch());
            put("image-size", vit.side());
            put("--freeze-patch", Boolean.toString(vit.frozenPatch()));
        } else if (network.backbone() instanceof ConvNext convnext) {
            put("--stem", convnext.stem().word());
        }
        put("--head-layers", head.layers());
        put("--head-hidden", head.hidden());
        put("--head-output", head.output());
        put("--head-spread", head.spread());
        put("--norm", network.norm().word());
        if (network.backbone() instanceof ResNet resnet) {
            put("--zero-gamma", Boolean.toString(resnet.zeroGamma()));
        }
        put("--normalise", network.pixels().word());
        if (network.whitened()) {
            put("--whiten", Boolean.toString(true));
        }
    }

    private void put(MemoryPlan memory) {
        put("--memory", memory.policy().word());
        if (memory.remembers()) {
            put("--memory-size", memory.capacity());
            put("--replayed-share", memory.replayedShare());
            put("--updates", memory.updates());
        }
    }
}
