package io.streamclr.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.Training.Outcome;
import io.streamclr.trainer.TrainingListener.StepReport;
import io.streamclr.trainer.checkpoint.Safetensors;
import io.streamclr.trainer.feed.TestBroker;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Fall;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.torch.TorchDevice;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrainingTest {

    private static final int SIDE = 12;
    private static final int PAIRS = 400;
    private static final int BATCH = 8;

    @TempDir
    private static Path home;

    private static TestBroker broker;

    @TempDir
    private Path checkpoints;

    @BeforeAll
    static void startABrokerWithViews() throws Exception {
        broker = TestBroker.start(home);
        try (Topics topics = Topics.at(broker.connection())) {
            topics.create(Topic.VIEWS, "views", 2);
            topics.create(Topic.BATCHES, "batches", 1);
            topics.create(Topic.ENCODERS, "encoders", 1);
        }
        ByteArraySerializer bytes = new ByteArraySerializer();
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(broker.connection().with(Map.of("acks", "all")), bytes, bytes)) {
            for (int i = 0; i < PAIRS; i++) {
                byte[] pair = WireFormat.VIEW_PAIR.encode(pair(i));
                producer.send(new ProducerRecord<>("views", i % 2, null, pair)).get();
            }
        }
    }

    @AfterAll
    static void stopTheBroker() {
        broker.close();
    }

    @Test
    void aRunThatStopsAndGoesOnEndsWithTheWeightsOfOneThatNeverStopped() throws Exception {
        Outcome whole = run("whole", 12);

        Outcome half = run("halves", 5);
        Outcome rest = run("halves", 12);

        assertThat(half.step()).isEqualTo(5);
        assertThat(rest.pairsNow()).isEqualTo(7 * BATCH);
        assertThat(rest.pairs()).isEqualTo(whole.pairs()).isEqualTo(12 * BATCH);
        Map<String, Safetensors.Values> expected = tensors(whole, "encoder.safetensors");
        assertThat(tensors(rest, "encoder.safetensors")).isEqualTo(expected);
        assertThat(tensors(rest, "optimiser.safetensors")).isEqualTo(tensors(whole, "optimiser.safetensors"));
    }

    @Test
    void killedWhileItSavesItGoesOnToTheSameWeights() throws Exception {
        Outcome whole = run("unharmed", 20);

        for (int step : new int[] {4, 9, 15}) {
            Process child = child("killed", 20);
            while (!hasBegunToSave("killed", step)) {
                assertThat(child.waitFor(1, TimeUnit.MILLISECONDS))
                        .as(() -> "ended too early: " + log())
                        .isFalse();
            }
            child.destroyForcibly().waitFor();
        }
        Outcome rest = run("killed", 20);

        assertThat(rest.step()).isEqualTo(20);
        assertThat(rest.pairsNow()).isBetween(1L, BATCH * 6L);
        assertThat(tensors(rest, "encoder.safetensors")).isEqualTo(tensors(whole, "encoder.safetensors"));
        assertThat(tensors(rest, "head.safetensors")).isEqualTo(tensors(whole, "head.safetensors"));
        assertThat(tensors(rest, "optimiser.safetensors")).isEqualTo(tensors(whole, "optimiser.safetensors"));
    }

    /** A trainer in a process of its own, which saves after every step. */
    private Process child(String run, int steps) throws IOException {
        String classpath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classpath,
                TrainMain.class.getName()));
        command.addAll(List.of(arguments(run, steps)));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(checkpoints.resolve("child.log").toFile())
                .start();
    }

    /** Whether the checkpoint of this step, or of a later one, is there or half there. */
    private boolean hasBegunToSave(String run, int step) throws IOException {
        Path folder = checkpoints.resolve(run);
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            String name = String.format("step-%08d", step);
            return entries.anyMatch(entry -> entry.getFileName().toString().compareTo(name) >= 0);
        }
    }

    private String log() {
        try {
            return Files.readString(checkpoints.resolve("child.log"));
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }

    /** The command line that says what {@link #config(String, long)} says. */
    private String[] arguments(String run, int steps) {
        String text = "--bootstrap-server " + broker.connection().bootstrapServers() + " --checkpoints " + checkpoints
                + " --run " + run + " --steps " + steps + " --batch 8 --block 2 --chunk 16 --width 0.0625 --stem small2"
                + " --head-output 16 --learning-rate 0.005 --warm-up 0 --threads 1 --save-every 1 --keep 2";
        return text.split(" ", -1);
    }

    @Test
    void aCoolDownThatIsAskedForEndsTheTrainingWithARateOfNearlyNothing() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Training training = new Training(config("cooling", 0), registry);
        List<StepReport> reports = new ArrayList<>();

        Outcome outcome = training.run(report -> {
            reports.add(report);
            if (report.step() == 3) {
                training.beginCoolDown(4);
            }
        });

        assertThat(outcome.step()).isEqualTo(7);
        assertThat(reports.stream().mapToDouble(StepReport::rate).toArray())
                .containsExactly(new double[] {0.005, 0.005, 0.005, 0.004, 0.003, 0.002, 0.001}, within(1e-12));
        assertThat(registry.get("streamclr.trainer.pairs").counter().count()).isEqualTo(7 * BATCH);
        assertThat(registry.get("streamclr.trainer.learning.rate").gauge().value())
                .isCloseTo(0.001, within(1e-12));
    }

    @Test
    void stoppingSavesWhatWasTrainedEvenWhileItWaitsForViews() throws Exception {
        Training training = new Training(config("stopped", 0), new SimpleMeterRegistry());
        int all = PAIRS / BATCH / 2 * 2;

        Outcome outcome = training.run(report -> {
            if (report.step() == all) {
                new Thread(training::stop).start();
            }
        });

        assertThat(outcome.step()).isEqualTo(all);
        assertThat(outcome.checkpoint().orElseThrow()).isDirectory().hasFileName("step-00000050");
    }

    @Test
    void aLossThatIsNoNumberStopsTheRunAndKeepsTheLastGoodCheckpoint() throws Exception {
        Outcome good = run("diverging", 2);
        TrainConfig wild = config("diverging", 40, 1e30);

        assertThatThrownBy(() -> new Training(wild, new SimpleMeterRegistry()).run(report -> {}))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("so training stopped and saved nothing more")
                .hasMessageContaining(
                        "the last good checkpoint is " + good.checkpoint().orElseThrow());
    }

    @Test
    void theCommandTrainsAndPrintsOneObject() {
        StringWriter out = new StringWriter();
        CommandLine command = TrainMain.commandLine().setOut(new PrintWriter(out));

        int code = command.execute(Stream.concat(Stream.of(arguments("command", 2)), Stream.of("--json"))
                .toArray(String[]::new));

        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("\"step\":2,\"pairs\":16,")
                .endsWith("step-00000002\"}" + System.lineSeparator());
    }

    @Test
    void aMistakeIsOneSentenceAndNoStack() {
        StringWriter err = new StringWriter();
        CommandLine command = TrainMain.commandLine().setErr(new PrintWriter(err));

        int code = command.execute("--bootstrap-server", "127.0.0.1:1", "--schedule", "cosine");

        assertThat(code).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo("A cosine schedule needs an end; give --steps, or --schedule constant"
                        + System.lineSeparator());
    }

    private Outcome run(String run, long steps) throws InterruptedException {
        return new Training(config(run, steps), new SimpleMeterRegistry()).run(report -> {});
    }

    private TrainConfig config(String run, long steps) {
        return config(run, steps, 0.005);
    }

    private TrainConfig config(String run, long steps, double rate) {
        return new TrainConfig(
                broker.connection(),
                "views",
                "batches",
                "encoders",
                run,
                checkpoints,
                BATCH,
                2,
                2 * BATCH,
                LossPlan.ntXent(0.2),
                new NetworkPlan(
                        18,
                        1.0 / 16,
                        Stem.SMALL2,
                        new HeadPlan(2, 0, 16, 0),
                        false,
                        Normalisation.NONE,
                        Precision.FLOAT32),
                new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8),
                LearningRate.constant(rate, 0),
                steps,
                0,
                Fall.LINEAR,
                1,
                1,
                List.of(TorchDevice.CPU),
                5,
                2,
                WatchPlan.USUAL);
    }

    private static Map<String, Safetensors.Values> tensors(Outcome outcome, String file) throws Exception {
        return Safetensors.read(outcome.checkpoint().orElseThrow().resolve(file))
                .floats();
    }

    private static ViewPair pair(int number) {
        Random random = new Random(number);
        return new ViewPair(
                new ImageId(1, number).toString(),
                0,
                new Origin(number % 2, (long) number / 2),
                7L,
                "00000000000000aa",
                view(random),
                view(random));
    }

    private static View view(Random random) {
        byte[] pixels = new byte[SIDE * SIDE * 3];
        random.nextBytes(pixels);
        Lineage lineage = new Lineage(random.nextLong(), 9, 9, new CropBox(0, 0, 9, 9), List.of());
        return new View(SIDE, SIDE, ByteBuffer.wrap(pixels), lineage);
    }
}
