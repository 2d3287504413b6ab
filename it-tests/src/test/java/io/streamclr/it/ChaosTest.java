package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.augment.RunningJob;
import io.streamclr.it.Chaos.Appointment;
import io.streamclr.it.SmallSystem.TrainingPlan;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.topic.KafkaConnection;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Broker, JobManager, TaskManagers and trainer, each a process, are killed and started again while images flow through
 * them; then the books are read. The profile {@code chaos} runs it long.
 */
class ChaosTest {

    private static final long SEED = Long.getLong("chaos.seed", 1);
    private static final int BLOCK = 4;

    @TempDir
    Path folder;

    /**
     * One run.
     *
     * @param images to send; the good ones must fill whole blocks
     * @param batchPairs in each step
     * @param kills of processes, of every kind in turn
     * @param trainerKills more kills of the trainer
     * @param exactlyOnce whether the job writes in transactions
     */
    private record Size(int images, int batchPairs, int kills, int trainerKills, boolean exactlyOnce) {

        int good() {
            return images - images / 100;
        }

        TrainingPlan training() {
            return new TrainingPlan(good() / batchPairs, batchPairs, BLOCK);
        }
    }

    static List<Size> sizes() {
        Integer images = Integer.getInteger("chaos.images");
        return images == null
                ? List.of(new Size(20_000, 66, 6, 0, false), new Size(20_000, 66, 6, 0, true))
                : List.of(new Size(
                        images,
                        Integer.getInteger("chaos.batch"),
                        Integer.getInteger("chaos.kills"),
                        Integer.getInteger("chaos.trainer-kills"),
                        Boolean.getBoolean("chaos.exactly-once")));
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void noImageIsMissingOrTrainedTwiceAndNoByteDiffersWhateverIsKilled(Size size) throws Exception {
        TrainingPlan training = size.training();
        List<Appointment> appointments = Chaos.plan(SEED, size.kills(), size.trainerKills(), training.steps());
        try (Chaos chaos = Chaos.in(folder, training, size.exactlyOnce())) {
            SmallSystem.createTopics(chaos.kafka());
            SentImages sent = SentImages.oneInAHundredBad(
                    chaos.kafka(), SmallSystem.IMAGES, SmallSystem.PARTITIONS, size.images(), SmallSystem.SIDE);

            long begin = System.nanoTime();
            chaos.run(appointments);
            double seconds = (System.nanoTime() - begin) / 1e9;
            chaos.endFlink();
            RunningJob.Counts calm = SmallSystem.drawUndisturbed(chaos.kafka());
            chaos.trainUndisturbed(folder.resolve("undisturbed"));

            Ledger ledger = new Ledger(chaos.kafka());
            List<BatchManifest> steps = ledger.steps(SmallSystem.BATCHES, Chaos.RUN);
            Ledger.Views views = ledger.views(SmallSystem.VIEWS);
            JsonNode replayed = replay(chaos.kafka());
            report(size, seconds, appointments, chaos, views, replayed);
            assertThat(steps).hasSize((int) training.steps());
            assertThat(ledger.trained(steps, views, size.batchPairs(), BLOCK)).isEqualTo(sent.onceEach());
            assertThat(ledger.rejects(SmallSystem.REJECTS)).isEqualTo(sent.bad());
            assertThat(calm)
                    .as("counts of a job that never restarted")
                    .isEqualTo(new RunningJob.Counts(size.good(), size.images() - size.good()));
            assertThat(views.digest())
                    .isEqualTo(ledger.views(SmallSystem.CALM_VIEWS).digest());
            if (size.exactlyOnce()) {
                assertThat(views.repeated()).isZero();
            }
            assertThat(weights("checkpoints")).isEqualTo(weights("undisturbed")).isNotEmpty();
            assertThat(replayed.path("batches").asLong()).isEqualTo(training.steps());
            assertThat(replayed.path("differing").asLong()).isZero();
            assertThat(replayed.path("pairs_drawn_again").asLong()).isZero();
        }
    }

    /** Every batch of the run made again from the log, as a user would. */
    private static JsonNode replay(KafkaConnection kafka) throws Exception {
        Command replay =
                Command.run("replay", "--run", Chaos.RUN, "--bootstrap-server", kafka.bootstrapServers(), "--json");
        return new ObjectMapper().readTree(replay.lastLine());
    }

    /** By file, what the last checkpoint of the run in this folder holds of the weights and the optimiser. */
    private Map<String, ByteBuffer> weights(String checkpoints) throws Exception {
        Path run = folder.resolve(checkpoints).resolve(Chaos.RUN);
        Map<String, ByteBuffer> weights = new HashMap<>();
        try (Stream<Path> steps = Files.list(run)) {
            Path last = steps.filter(step -> step.getFileName().toString().startsWith("step-"))
                    .max(Path::compareTo)
                    .orElseThrow();
            for (String file : List.of("encoder.safetensors", "head.safetensors", "optimiser.safetensors")) {
                weights.put(last.getFileName() + "/" + file, ByteBuffer.wrap(Files.readAllBytes(last.resolve(file))));
            }
        }
        return weights;
    }

    /** The figures of docs/reliability.md, in the tests' output folder. */
    private static void report(
            Size size,
            double seconds,
            List<Appointment> appointments,
            Chaos chaos,
            Ledger.Views views,
            JsonNode replayed)
            throws Exception {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("images", size.images());
        figures.put("exactly_once", size.exactlyOnce());
        figures.put("seed", SEED);
        figures.put("seconds", Math.round(seconds));
        appointments.stream()
                .collect(Collectors.groupingBy(Appointment::event, LinkedHashMap::new, Collectors.counting()))
                .forEach((event, times) -> figures.put(event.name().toLowerCase(Locale.ROOT), times));
        figures.put("jobs_given_up", chaos.jobsGivenUp());
        figures.put("views_repeated_and_passed_over", views.repeated());
        figures.put("batches_replayed", replayed.path("batches").asLong());
        figures.put("batches_differing", replayed.path("differing").asLong());
        Files.writeString(
                Path.of("target", "chaos-" + size.images() + (size.exactlyOnce() ? "-exactly-once" : "") + ".json"),
                new ObjectMapper().writeValueAsString(figures) + "\n");
    }
}
