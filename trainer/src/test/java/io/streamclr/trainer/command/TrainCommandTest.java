package io.streamclr.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
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
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.settings.Batching;
import io.streamclr.trainer.settings.Computing;
import io.streamclr.trainer.settings.HealthWatchPlan;
import io.streamclr.trainer.settings.Learning;
import io.streamclr.trainer.settings.Remembering;
import io.streamclr.trainer.settings.RunTopics;
import io.streamclr.trainer.settings.SaveEvery;
import io.streamclr.trainer.settings.Saving;
import io.streamclr.trainer.settings.Schedule;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.step.TeacherPlan;
import io.streamclr.trainer.torch.TorchDevice;
import io.streamclr.trainer.watch.Audience;
import io.streamclr.trainer.watch.HeldOut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class TrainCommandTest {

    private static final String ALL = "--views-topic v --batches-topic b --encoders-topic e --run other"
            + " --checkpoints /data/runs --steps 4000 --batch-size 96 --chunk 64 --block 5 --loss hard-negative"
            + " --temperature 0.3 --tau-plus 0.15 --beta 0.6 --mask-near-duplicates 0.9 --mask-picture-hash 3"
            + " --same-image negative --depth 50 --width 1/8 --late-width 3 --stem imagenet --stages 2 --norm group --zero-gamma"
            + " --normalise imagenet --precision bfloat16 --head-layers 3 --head-hidden 40 --head-output 24"
            + " --head-spread 0.02 --whiten --optimiser adamw --learning-rate 0.7 --weight-decay 0.003 --momentum 0.85"
            + " --beta2 0.97 --clip-gradients 1.5 --warm-up 17 --schedule cosine --cool-down 300 --cool-down-form sqrt --seed 9"
            + " --threads 3 --device cpu,gpu:1 --allow-tf32 --remember 5 --save-every 70 --keep 11 --memory reservoir --memory-size 777"
            + " --replayed-share 0.25 --updates 6 --teacher-weight 0.8 --teacher-decay 0.9 --measure-every 13"
            + " --least-rank 1.5 --on-collapse stop";

    /** What a run that is told all that cannot be told. */
    private static final List<String> OTHERS = List.of(
            "--optimiser lars --scaling sqrt --trust-coefficient 0.002",
            "--loss fn-elimination --false-negatives 6 --false-negative-cosine 0.4 --support mean",
            "--probe-data . --probe-every 40 --probe-images 90 --most-forgotten 20 --old-data .",
            "--preset gpu --delete-consumed-views --images-topic i --metrics-port 0 --metrics-host localhost --mlflow http://m:1 --mlflow-experiment x --json --replay r --resume-from r@1 --weights w.pth --publish onnx --freeze-steps 3 --layer-decay 0.5 --ranks 3",
            "--optimiser sgd --nesterov",
            "--backbone vit-tiny --patch 8 --freeze-patch");

    @TempDir
    private Path folder;

    private static CommandLine parsed(String options) {
        CommandLine command = new CommandLine(new TrainCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        command.parseArgs(options.split(" ", -1));
        return command;
    }

    private static TrainConfig config(String options) {
        return ((TrainCommand) parsed("--bootstrap-server host:1 " + options).getCommand()).config();
    }

    @Test
    void everyOptionIsFoundAtItsPlace() {
        NetworkPlan network = new NetworkPlan(
                new ResNet(50, 0.125, 1, 3, Stem.IMAGENET, 2, true),
                new HeadPlan(3, 40, 24, 0.02),
                Norm.GROUP,
                Normalisation.IMAGENET,
                Precision.BFLOAT16,
                true);
        LossPlan loss = new LossPlan(new LossFormula.HardNegative(0.15, 0.6), 0.3, 0.9, SameImage.NEGATIVE, 3);
        UpdateRule rule = new UpdateRule.AdamW(0.003, 0.85, 0.97, 1e-8);
        Schedule schedule = new Schedule(LearningRate.cosine(0.7, 17, 4000), 4000, 300, Decay.SQRT);

        TrainConfig config = config(ALL);

        KafkaConnection kafka = config.topics().kafka();
        assertThat(kafka.bootstrapServers()).isEqualTo("host:1");
        assertThat(config)
                .isEqualTo(new TrainConfig(
                        "other",
                        9,
                        new RunTopics(kafka, "v", "b", "e"),
                        new Saving(Path.of("/data/runs"), 70, 11),
                        new Batching(96, 5, 64),
                        new Learning(network, Optional.empty(), loss, rule, new GradientClipping(1.5), schedule),
                        new Computing(3, List.of(TorchDevice.CPU, new TorchDevice(1)), true, OptionalInt.of(5)),
                        new HealthWatchPlan(13, 1.5, HealthWatchPlan.OnCollapse.STOP),
                        new Remembering(new MemoryPlan(Policy.RESERVOIR, 777, 0.25, 6), new TeacherPlan(0.8, 0.9))));
    }

    @Test
    void noChunkAtAllIsNotRemembered() {
        assertThatThrownBy(() -> config("--remember 0"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("--remember is 0, but each device remembers one chunk at least; give 1 or more");
        assertThatThrownBy(() -> TrainOptions.of("--remember 0").memory(32)).hasMessageStartingWith("--remember is 0");
    }

    @Test
    void roundingOfCardsIsRefusedWhereThereIsNoneAndOffWhereNobodyAsks() {
        assertThat(config("--device gpu:0").computing().tf32()).isFalse();
        assertThat(config("--device gpu:0 --allow-tf32=false").computing().tf32())
                .isFalse();
        assertThatThrownBy(() -> config("--allow-tf32"))
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "A processor has no TF32, so --allow-tf32 is for graphics cards; leave it out, or give --device"
                                + " gpu:0");
    }

    @ParameterizedTest
    @CsvSource({
        "resnet18, ResNet-18 of width 64",
        "resnet50 --width 1/4, ResNet-50 of width 16",
        "wide-resnet50 --stem imagenet, Wide ResNet-50 of width 64",
        "vit-tiny, 'ViT of 12 layers of width 192, patches of 4 pixels'",
        "vit-base --patch 8 --freeze-patch, 'ViT of 12 layers of width 768, patches of 8 pixels whose projection is frozen'",
        "convnext-nano --stem small2, ConvNeXt of 2+2+8+2 blocks of width 80"
    })
    void aBackboneIsChosenByItsName(String options, String title) {
        NetworkPlan network = config("--backbone " + options).learning().network();

        assertThat(network.backbone().title()).isEqualTo(title);
        assertThat(network.norm()).isEqualTo(options.contains("resnet") ? Norm.BATCH : Norm.GROUP);
        assertThat(config("--norm batch --backbone " + options)
                        .learning()
                        .network()
                        .norm())
                .isEqualTo(Norm.BATCH);
    }

    @ParameterizedTest
    @CsvSource({
        "vit-tiny --stem small, A ViT has no use for --stem",
        "vit-tiny --depth 18, A ViT has no use for --depth",
        "vit-tiny --zero-gamma, A ViT has no use for --zero-gamma",
        "convnext-tiny --width 1/2, A ConvNeXt has no use for --width",
        "convnext-tiny --patch 4, A ConvNeXt has no use for --patch",
        "resnet18 --freeze-patch, A ResNet has no use for --freeze-patch",
        "resnet50 --depth 18, --backbone resnet50 contradicts --depth 18",
        "wide-resnet18, A ResNet-18 has no bottlenecks of width 2",
        "vit-huge, There is no ViT 'vit-huge'",
        "convnext-1-8, There is no ConvNeXt 'convnext-1-8'",
        "alexnet, There is no backbone 'alexnet'; there are resnet10"
    })
    void whatABackboneHasNoUseForIsRefused(String options, String sentence) {
        assertThatThrownBy(() -> config("--backbone " + options))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining(sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"70|70|0", "10m|0|600", "30s|0|30", "1d|0|86400", "500,2h|500|7200", "10m,500|500|600"})
    void checkpointsAreSavedByStepsByTimeOrByBoth(String given, int steps, long seconds) {
        assertThat(config("--save-every " + given).saving().every())
                .isEqualTo(new SaveEvery(steps, Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0m", "ten", "5w", "500,", "500,600", "1,2m,3"})
    void whatSaysNotHowOftenToSaveIsRefused(String given) {
        assertThatThrownBy(() -> config("--save-every " + given))
                .hasMessageContaining(
                        "'" + given + "' does not say how often to save; give steps such as 500, a time such"
                                + " as 10m, or both: 500,10m");
    }

    @Test
    void whatDoesNotGoWithAllThatIsFoundAtItsPlaceToo() {
        assertThat(config(OTHERS.get(0) + " --batch-size 64 --learning-rate 0.1 --momentum 0.8")
                        .learning())
                .returns(new UpdateRule.Lars(1e-4, 0.8, 0.002), Learning::rule)
                .returns(GradientClipping.NONE, Learning::clipping)
                .returns(Schedule.endless(LearningRate.constant(0.8, 100)), Learning::schedule);
        assertThat(config(OTHERS.get(1)).learning().loss().formula())
                .isEqualTo(new LossFormula.FalseNegativeElimination(6, 0.4, Support.MEAN));
        assertThat(config(OTHERS.get(4)).learning().rule()).isEqualTo(new UpdateRule.Sgd(1e-4, 0.9, true));
        assertThat(config("--optimiser muon --weight-decay 0.01 --momentum 0.95 --beta2 0.98")
                        .learning())
                .returns(new UpdateRule.Muon(0.01, 0.95, 0.98, 1e-8), Learning::rule)
                .returns(Schedule.endless(LearningRate.constant(0.08, 100)), Learning::schedule);
        assertThat(config("--optimiser sgd --learning-rate 0.1 --scaling linear --batch-size 512")
                        .learning()
                        .schedule()
                        .rate()
                        .peak())
                .isEqualTo(0.2);
    }

    @Test
    void imagesToProbeOnAreAskedForAsTheyWereTold() {
        HeldOutOptions options = new HeldOutOptions();
        new CommandLine(options).parseArgs(OTHERS.get(2).split(" ", -1));
        List<Object> asked = new ArrayList<>();

        HeldOut heldOut = options.plan(
                (place, side, most) -> {
                    asked.addAll(List.of(place, side, most));
                    return null;
                },
                KafkaConnection.to("host:1"),
                "images");
        assertThat(heldOut.images().apply(28)).isNull();

        assertThat(heldOut).returns(40, HeldOut::everySteps).returns(20.0, HeldOut::mostForgotten);
        assertThat(asked).containsExactly(Path.of("."), 28, 90);
    }

    @Test
    void withoutImagesToProbeOnASampleOfTheTopicIsAskedForUnlessItIsSwitchedOff() {
        List<Object> asked = new ArrayList<>();
        HeldOut.Source topics = new HeldOut.Source() {
            @Override
            public LabelledImages read(Path place, int side, int most) {
                throw new IllegalStateException("Nobody gave files");
            }

            @Override
            public Optional<IntFunction<LabelledImages>> ofTopic(KafkaConnection kafka, String topic, int most) {
                return Optional.of(side -> {
                    asked.addAll(List.of(topic, side, most));
                    return null;
                });
            }
        };

        HeldOut sample = options("--probe-every 70").plan(topics, KafkaConnection.to("host:1"), "i");
        assertThat(sample.images().apply(28)).isNull();

        assertThat(sample).returns(70, HeldOut::everySteps).returns(HeldOut.Kind.OF_THE_STREAM, HeldOut::kind);
        assertThat(asked).containsExactly("i", 28, 2_500);
        assertThat(options("--probe-images 0").plan(topics, KafkaConnection.to("host:1"), "i"))
                .isSameAs(HeldOut.NONE);
    }

    private static HeldOutOptions options(String words) {
        HeldOutOptions options = new HeldOutOptions();
        new CommandLine(options).parseArgs(words.split(" ", -1));
        return options;
    }

    @Test
    void theTopicOfImagesAndTheBrokerAreHandedToWhoeverDrawsViewsAgain() throws Exception {
        Path properties = Files.writeString(folder.resolve("client"), "client.id=me\n");
        List<Object> asked = new ArrayList<>();
        TrainCommand command = new TrainCommand(
                (kafka, imagesTopic) -> {
                    asked.addAll(List.of(kafka, imagesTopic));
                    throw new RefusalException("enough");
                },
                HeldOut.NOBODY_READS,
                Audience.NONE);
        new CommandLine(command)
                .parseArgs(
                        "--bootstrap-server", "host:1", "--kafka-config", properties.toString(), "--images-topic", "i");

        assertThatThrownBy(command::call).hasMessage("enough");

        assertThat(asked.get(1)).isEqualTo("i");
        KafkaConnection kafka = (KafkaConnection) asked.get(0);
        assertThat(kafka.bootstrapServers()).isEqualTo("host:1");
        assertThat(kafka.with(Map.of())).containsEntry("client.id", "me");
    }

    /** An option that is added must be given here, and differ from its default. */
    @Test
    void aCommandStartsAsManyRanksAsItIsTold() {
        TrainCommand several = (TrainCommand) parsed("--ranks 3").getCommand();

        assertThat(several.ranks()).isEqualTo(3);
        assertThat(((TrainCommand) parsed("--steps 1").getCommand()).ranks()).isEqualTo(1);
    }

    @Test
    void noOptionIsLeftOutHere() {
        List<String> lines = new ArrayList<>(OTHERS);
        lines.add(ALL);
        lines.add("--bootstrap-server host:1 --kafka-config .");
        CommandLine usual = parsed("--steps 0");
        Set<String> given = new HashSet<>();
        for (String line : lines) {
            for (OptionSpec option : parsed(line).getParseResult().matchedOptions()) {
                given.add(option.longestName());
                Object value = option.getValue();
                boolean chosenAgain = option.longestName().equals("--optimiser") && line.equals(ALL);
                if (!chosenAgain) {
                    assertThat(value)
                            .as(option.longestName())
                            .isNotEqualTo(usual.getCommandSpec()
                                    .findOption(option.longestName())
                                    .getValue());
                }
            }
        }

        assertThat(given)
                .isEqualTo(usual.getCommandSpec().options().stream()
                        .map(OptionSpec::longestName)
                        .filter(name -> !name.equals("--help") && !name.equals("--version"))
                        .collect(Collectors.toSet()));
    }

    @Test
    void optionsOfAPlanAreReadWithoutABroker() {
        TrainOptions options = TrainOptions.of("  --batch-size 32 --device cpu,cpu  --memory fifo --memory-size 64 ");

        assertThat(options.batching()).isEqualTo(new Batching(32, 8, 512));
        assertThat(options.devices()).hasSize(2);
        assertThat(options.freshPairs(9)).isEqualTo(2 * 8 * 16);
        assertThatThrownBy(() -> TrainOptions.of("--batch-size 32 --warm-up 5"))
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "The training '--batch-size 32 --warm-up 5' cannot be: --warm-up follows from how many pairs a"
                                + " run has; leave it out");
        assertThatThrownBy(() -> TrainOptions.of("--seed 5"))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("The training '--seed 5' cannot be: Unknown option");
    }
}
