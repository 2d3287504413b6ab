package io.streamclr.trainer.command;

import io.streamclr.process.command.OtherNames;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import io.streamclr.trainer.settings.Batching;
import io.streamclr.trainer.settings.Computing;
import io.streamclr.trainer.settings.Defaults;
import io.streamclr.trainer.settings.Learning;
import io.streamclr.trainer.settings.MemoryNeed;
import io.streamclr.trainer.settings.Preset;
import io.streamclr.trainer.settings.Remembering;
import io.streamclr.trainer.settings.RunLength;
import io.streamclr.trainer.settings.RunTopics;
import io.streamclr.trainer.settings.Saving;
import io.streamclr.trainer.settings.Schedule;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.step.TrainingStep;
import io.streamclr.trainer.torch.TorchDevice;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options that say how a run learns: all of {@code streamclr train} but its place, its length and its chance. */
public final class TrainOptions {

    /** What follows from a run's length, where a plan says how many pairs that are. */
    private static final Set<String> OF_THE_LENGTH = Set.of("--warm-up", "--cool-down");

    @Option(
            names = "--batch-size",
            paramLabel = "PAIRS",
            description =
                    "Batch size in view pairs; the other pairs of the batch are negatives (default:" + " by --preset).")
    private Optional<Integer> batch;

    @Option(
            names = "--chunk",
            paramLabel = "VIEWS",
            description = "Views per forward pass; limits the memory, not the batch size. A batch with more views"
                    + " takes two passes through the network (default: by --preset).")
    private Optional<Integer> chunk;

    @Option(
            names = "--remember",
            paramLabel = "CHUNKS",
            description = "Chunks of a batch whose activations are kept for the backward pass, so that they take one"
                    + " forward pass and not two; each takes the memory of a chunk. Changes no bit (default: as many as"
                    + " fit into half of the memory).")
    private Optional<Integer> remember;

    @Option(
            names = "--block",
            paramLabel = "BATCHES",
            description = "Shuffle buffer, in batches, held in memory as bytes (default: by --preset).")
    private Optional<Integer> block;

    @Mixin
    private LossOptions loss;

    @Mixin
    private WeightsOptions weights;

    @Mixin
    private NetworkOptions network;

    @Mixin
    private LearningOptions learning;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            completionCandidates = Offered.Devices.class,
            split = ",",
            description = "Devices: cpu, gpu:0, or several that share each batch, such as gpu:0,gpu:1; cpu,cpu is the"
                    + " processor in two halves, which other processes on the same cores slow down less (default:"
                    + " cpu,cpu with the preset cpu-small, otherwise cpu; a run that goes on keeps its own).")
    private List<String> devices = List.of();

    @Option(
            names = "--allow-tf32",
            paramLabel = "true|false",
            completionCandidates = Offered.TrueOrFalse.class,
            arity = "0..1",
            fallbackValue = "true",
            defaultValue = "false",
            description = "Graphics cards: TF32 for convolutions and matrix products in float32, which is faster and"
                    + " rounds to 10 bits (default: off).")
    private boolean allowTf32;

    @Mixin
    private MemoryOptions memory;

    @Mixin
    private WatchOptions watch;

    private Defaults usual = Defaults.PLAIN;
    private OptionalInt side = OptionalInt.empty();

    /**
     * Reads options as a plan of runs has them: text in the words of the command line.
     *
     * @throws RefusalException if one is not known, makes no sense, or is decided by the plan
     */
    public static TrainOptions of(String text) {
        TrainOptions options = new TrainOptions();
        String[] words = Arrays.stream(text.split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toArray(String[]::new);
        // Plans are kept: what options were called when one was made is no news.
        CommandLine line = new CommandLine(options).setErr(new PrintWriter(Writer.nullWriter()));
        OtherNames.addTo(line);
        try {
            for (OptionSpec given : line.setCaseInsensitiveEnumValuesAllowed(true)
                    .parseArgs(words)
                    .matchedOptions()) {
                if (OF_THE_LENGTH.contains(given.longestName())) {
                    throw RefusalException.ofUsage("The training '" + text.strip() + "' cannot be: "
                            + given.longestName() + " follows from how many pairs a run has; leave it out");
                }
            }
        } catch (ParameterException mistake) {
            throw RefusalException.ofUsage(
                    "The training '" + text.strip() + "' cannot be: " + mistake.getMessage(), mistake);
        }
        return options;
    }

    /** How view pairs become batches. */
    public Batching batching() {
        return new Batching(
                batch.orElse(usual.batching().pairs()),
                block.orElse(usual.batching().blockBatches()),
                chunk.orElse(usual.batching().chunkViews()));
    }

    /** Says what options have from now on that were not given; until then that is {@link Defaults#PLAIN}. */
    void otherwise(Defaults other) {
        usual = other;
    }

    /** Says what size the views have, in pixels, which a ViT is made for. */
    public TrainOptions forViews(int pixels) {
        side = OptionalInt.of(pixels);
        return this;
    }

    /** The pairs of a batch, where somebody gave them. */
    Optional<Integer> givenBatch() {
        return batch;
    }

    /** Whether all is given that a preset takes from the size of the views. */
    boolean sayWhatDependsOnTheSize() {
        return chunk.isPresent() && block.isPresent() && network.sayWhatDependsOnTheSize();
    }

    /** How many view pairs must be there for so many steps, 1 or more. */
    public long freshPairs(long steps) {
        return batching().freshPairs(steps, remembering().memory());
    }

    /** What computes, the device of the loss and the optimiser first. */
    public List<TorchDevice> devices() {
        return devices(usual);
    }

    private List<TorchDevice> devices(Defaults of) {
        return devices.isEmpty()
                ? of.devices()
                : devices.stream().map(TorchDevice::parse).toList();
    }

    /** How they compute. @param threads of PyTorch, for each device */
    public Computing computing(int threads) {
        return new Computing(
                threads, devices(), allowTf32, remember.map(OptionalInt::of).orElseGet(OptionalInt::empty));
    }

    /**
     * The settings of a run that learns so.
     *
     * @throws RefusalException if a value is out of its range, or two do not go together
     */
    public TrainConfig config(
            String run, long seed, RunTopics topics, Saving saving, RunLength length, Computing computing) {
        try {
            Schedule schedule = new Schedule(
                    learning.rate(batching().pairs(), length, usual, network().backbone()),
                    length.steps(),
                    length.coolDown(),
                    learning.fall());
            return new TrainConfig(
                    run,
                    seed,
                    topics,
                    saving,
                    batching(),
                    new Learning(
                            network(),
                            weights.origin(),
                            weights.backbone(),
                            loss.plan(usual.temperature()),
                            learning.rule(usual.rule()),
                            learning.clipping(usual.clipping()),
                            schedule),
                    computing,
                    watch.plan(),
                    remembering());
        } catch (IllegalArgumentException wrong) {
            throw RefusalException.ofUsage(wrong.getMessage(), wrong);
        }
    }

    /** What a run that learns so takes of memory. @param pixels side of the views */
    MemoryNeed memory(int pixels) {
        return new MemoryNeed(
                network(),
                batching(),
                learning.rule(usual.rule()),
                remembering(),
                devices(),
                pixels,
                computing(1).remembered().orElse(1));
    }

    private Remembering remembering() {
        return new Remembering(memory.plan(network().embedding()), memory.teacher());
    }

    /** That these options make of a preset's, for views of this side, in pixels. */
    NetworkPlan network(Defaults of, int pixels) {
        return network.plan(weights.usual(of.network()), weights.isGiven(), OptionalInt.of(pixels));
    }

    /** Of convolutions, where these options and this preset meet on views of this side, in pixels. */
    public Precision precision(Preset preset, Defaults of, int pixels) {
        NetworkPlan plan = network(of, pixels);
        int views = TrainingStep.firstViews(
                batch.orElse(of.batching().pairs()),
                chunk.orElse(of.batching().chunkViews()),
                devices(of).size());
        return network.saysPrecision() ? plan.precision() : preset.precision(plan, pixels, views);
    }

    private NetworkPlan network() {
        NetworkPlan plan = network.plan(weights.usual(usual.network()), weights.isGiven(), side);
        weights.require(plan, side);
        return plan;
    }

    /**
     * Reads the weights that the encoder starts from, if some were given; before {@link #config} is asked for.
     *
     * @param checkpoints root directory of all runs
     * @throws RefusalException if they cannot be used
     */
    public void readWeights(Path checkpoints) {
        weights.read(checkpoints);
    }

    /** What the encoder starts from, by names of tensors; empty for random weights. */
    public Map<String, float[]> startingEncoder() {
        return weights.values();
    }

    /** Says in one sentence what the encoder starts from; empty for random weights. */
    Optional<String> startingLine() {
        return weights.line();
    }

    /** As the command line has it. */
    RunLength length(long steps) {
        return RunLength.of(steps).warmingUp(learning.warmUpSteps(usual)).coolingDown(learning.coolDownSteps());
    }

    /** The form of every cool-down. */
    Decay fall() {
        return learning.fall();
    }
}
