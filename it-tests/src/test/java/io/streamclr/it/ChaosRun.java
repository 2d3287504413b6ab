package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.it.Chaos.Appointment;
import io.streamclr.it.SmallSystem.TrainingPlan;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.stream.start.RunningJob;
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

/**
 * A run of the whole system under {@link Chaos}, held against one that nothing happened to.
 *
 * @param images to send; the good ones must fill whole blocks
 * @param batchPairs in each step
 * @param kills of processes, of every kind in turn
 * @param trainerKills more kills of the trainer
 * @param exactlyOnce whether the job writes in transactions
 * @param ranks of the trainer, 1 for one process
 */
record ChaosRun(int images, int batchPairs, int kills, int trainerKills, boolean exactlyOnce, int ranks) {

    private static final long SEED = Long.getLong("chaos.seed", 1);
    private static final int BLOCK = 4;

    /** One image in so many is sent last: fewer than the steps after the last appointment need. */
    private static final int HELD_BACK = 20;

    private int good() {
        return images - images / badEvery();
    }

    /** With several ranks, which have partitions of their own, the bad ones are spread over all partitions. */
    private int badEvery() {
        return ranks == 1 ? 100 : 101;
    }

    private TrainingPlan training() {
        return new TrainingPlan(good() / batchPairs, batchPairs, BLOCK);
    }

    /**
     * Kills, and finds no image missing or trained twice, and no byte that differs.
     *
     * @param folder an empty one
     */
    void requireNoTrace(Path folder) throws Exception {
        TrainingPlan training = training();
        List<Appointment> appointments = Chaos.plan(SEED, kills, trainerKills, training.steps());
        try (Chaos chaos = Chaos.in(folder, training, exactlyOnce, ranks)) {
            SmallSystem.createTopics(chaos.kafka());
            // However fast a machine is, the training cannot end before everything has happened to it.
            int first = images - images / HELD_BACK;
            SentImages sent = send(chaos.kafka(), 0, first);

            long begin = System.nanoTime();
            chaos.run(appointments, () -> sent.add(send(chaos.kafka(), first, images)));
            double seconds = (System.nanoTime() - begin) / 1e9;
            chaos.endFlink();
            RunningJob.Counts calm = SmallSystem.drawUndisturbed(chaos.kafka());
            chaos.trainUndisturbed(folder.resolve("undisturbed"));

            Ledger ledger = new Ledger(chaos.kafka());
            Ledger.Views views = ledger.views(SmallSystem.VIEWS);
            JsonNode replayed = replay(chaos.kafka());
            report(seconds, appointments, chaos, views, replayed);
            Map<String, Integer> trained = new HashMap<>();
            for (int rank = 0; rank < ranks; rank++) {
                String name = rank == 0 ? Chaos.RUN : Chaos.RUN + "/" + rank;
                List<BatchManifest> steps = ledger.steps(SmallSystem.BATCHES, name);
                assertThat(steps).hasSize((int) training.steps());
                ledger.trained(steps, views, batchPairs / ranks, BLOCK)
                        .forEach((image, times) -> trained.merge(image, times, Integer::sum));
            }
            assertThat(trained).isEqualTo(sent.onceEach());
            assertThat(ledger.rejects(SmallSystem.REJECTS)).isEqualTo(sent.bad());
            assertThat(calm)
                    .as("counts of a job that never restarted")
                    .isEqualTo(new RunningJob.Counts(good(), images - good()));
            assertThat(views.digest())
                    .isEqualTo(ledger.views(SmallSystem.CALM_VIEWS).digest());
            if (exactlyOnce) {
                assertThat(views.repeated()).isZero();
            }
            assertThat(weights(folder.resolve("checkpoints")))
                    .isEqualTo(weights(folder.resolve("undisturbed")))
                    .isNotEmpty();
            assertThat(replayed.path("batches").asLong()).isEqualTo(ranks * training.steps());
            assertThat(replayed.path("differing").asLong()).isZero();
            assertThat(replayed.path("pairs_drawn_again").asLong()).isZero();
        }
    }

    private SentImages send(KafkaConnection kafka, int from, int to) throws Exception {
        return SentImages.oneBadIn(
                badEvery(), kafka, SmallSystem.IMAGES, SmallSystem.PARTITIONS, from, to, SmallSystem.SIDE);
    }

    /** Every batch of the run made again from the log, as a user would. */
    private static JsonNode replay(KafkaConnection kafka) throws Exception {
        Command replay =
                Command.run("replay", "--run", Chaos.RUN, "--bootstrap-server", kafka.bootstrapServers(), "--json");
        return new ObjectMapper().readTree(replay.lastLine());
    }

    /** By file, what the last checkpoint of the run in this folder holds of the weights and the optimiser. */
    private static Map<String, ByteBuffer> weights(Path checkpoints) throws Exception {
        Path run = checkpoints.resolve(Chaos.RUN);
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
    private void report(
            double seconds, List<Appointment> appointments, Chaos chaos, Ledger.Views views, JsonNode replayed)
            throws Exception {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("images", images);
        figures.put("exactly_once", exactlyOnce);
        figures.put("ranks", ranks);
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
                Path.of(
                        "target",
                        "chaos-" + images + (exactlyOnce ? "-exactly-once" : "") + (ranks > 1 ? "-ranks" : "")
                                + ".json"),
                new ObjectMapper().writeValueAsString(figures) + "\n");
    }
}
