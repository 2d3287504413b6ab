package io.streamclr.it;

import io.streamclr.augment.AugmentConfig;
import io.streamclr.augment.AugmentJob;
import io.streamclr.it.SmallSystem.TrainingPlan;
import io.streamclr.local.broker.LocalBroker;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.stream.start.RunningJob;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole system in processes of its own, and somebody who kills them. When and what is decided by a seed and by how
 * far the training is, so that every kill hits a system at work. Whatever is killed is started again, as whoever runs
 * it would.
 */
final class Chaos implements AutoCloseable {

    static final String RUN = "chaos";

    private static final Logger LOG = LoggerFactory.getLogger(Chaos.class);
    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final Path home;
    private final TrainingPlan training;
    private final boolean exactlyOnce;
    private final int ranks;
    private final FlinkCluster flink;
    private LocalBroker broker;
    private RunningJob job;
    private Trainers trainer;
    private int lostTrainers;
    private LoggedSteps logged;
    private int parallelism = 2;
    private int lostTaskManagers;
    private int jobsGivenUp;

    /** What can happen. */
    enum Event {
        LOSE_TASK_MANAGER,
        LOSE_TRAINER,
        LOSE_BROKER,
        LOSE_JOB_MANAGER,
        RESCALE_TO_4,
        RESCALE_TO_1
    }

    /** Something that happens when so many steps are logged. */
    record Appointment(long step, Event event) {}

    private Chaos(Path home, TrainingPlan training, boolean exactlyOnce, int ranks) throws Exception {
        this.home = home;
        this.training = training;
        this.exactlyOnce = exactlyOnce;
        this.ranks = ranks;
        broker = LocalBroker.start(home);
        flink = FlinkCluster.start(home.resolve("flink"), 2, 2);
    }

    /** Starts the broker and an idle Flink cluster. @param ranks of the trainer */
    static Chaos in(Path home, TrainingPlan training, boolean exactlyOnce, int ranks) throws Exception {
        return new Chaos(home, training, exactlyOnce, ranks);
    }

    KafkaConnection kafka() {
        return KafkaConnection.to(broker.bootstrapServers());
    }

    /** No appointment is at this step or later. */
    private static long lastAppointment(long steps) {
        return steps * 3 / 4;
    }

    /**
     * So many kills of each kind in turn, and the two rescalings, at random steps of the run.
     *
     * @param kills of processes, 0 or more
     * @param trainerKills more kills of the trainer, 0 or more
     */
    static List<Appointment> plan(long seed, int kills, int trainerKills, long steps) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Event> cycle = List.of(
                Event.LOSE_TASK_MANAGER,
                Event.LOSE_TRAINER,
                Event.LOSE_BROKER,
                Event.LOSE_JOB_MANAGER,
                Event.LOSE_TASK_MANAGER,
                Event.LOSE_TRAINER);
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            events.add(cycle.get(i % cycle.size()));
        }
        events.addAll(Collections.nCopies(trainerKills, Event.LOSE_TRAINER));
        for (int i = events.size() - 1; i > 0; i--) {
            events.set(i, events.set(random.nextInt(i + 1), events.get(i)));
        }
        events.add(events.size() / 3, Event.RESCALE_TO_4);
        events.add(2 * events.size() / 3, Event.RESCALE_TO_1);
        long[] at = random.longs(events.size(), steps / 20, lastAppointment(steps))
                .sorted()
                .toArray();
        List<Appointment> plan = new ArrayList<>();
        for (int i = 0; i < at.length; i++) {
            plan.add(new Appointment(at[i], events.get(i)));
        }
        return plan;
    }

    /** What is done when all has happened. */
    @FunctionalInterface
    interface Afterwards {

        void run() throws Exception;
    }

    /**
     * Starts job and trainer, keeps every appointment, and returns when the training is over. An appointment also waits
     * until a new step is logged, so that nothing is killed before it has recovered from the kill before; but not beyond
     * the steps that have appointments, because those after them may lack images.
     *
     * @param afterwards sends what the last steps lack
     */
    void run(List<Appointment> appointments, Afterwards afterwards) throws Exception {
        // Stays open: a broker that comes back listens where it did.
        logged = LoggedSteps.in(kafka(), SmallSystem.BATCHES);
        startJob();
        trainer = startTrainer(home.resolve("checkpoints"));
        long before = 0;
        for (Appointment appointment : appointments) {
            long due = Math.max(appointment.step(), Math.min(before + 1, lastAppointment(training.steps())));
            await(() -> logged() >= due || trainerEnded());
            before = logged();
            happen(appointment.event());
        }
        afterwards.run();
        await(this::trainerEnded);
        requireTrained();
    }

    private void happen(Event event) throws Exception {
        LOG.info("chaos event={} step={}", event, logged());
        switch (event) {
            case LOSE_TASK_MANAGER -> flink.loseTaskManager(lostTaskManagers++);
            case LOSE_TRAINER -> {
                trainer.lose(lostTrainers++);
                trainer = startTrainer(home.resolve("checkpoints"));
            }
            case LOSE_BROKER -> {
                broker.crash();
                broker = LocalBroker.start(home);
            }
            case LOSE_JOB_MANAGER -> {
                flink.loseJobManager();
                startJob();
            }
            case RESCALE_TO_4 -> rescale(4);
            case RESCALE_TO_1 -> rescale(1);
            default -> throw new AssertionError(event);
        }
    }

    private void rescale(int subtasks) throws Exception {
        parallelism = subtasks;
        flink.rescale(subtasks);
    }

    private void startJob() {
        flink.becomeContext();
        AugmentConfig config =
                SmallSystem.job(kafka(), home.resolve("job"), training, RUN).withParallelism(parallelism);
        job = AugmentJob.start(exactlyOnce ? config.writingExactlyOnce() : config);
    }

    private Trainers startTrainer(Path checkpoints) throws IOException {
        return Trainers.start(kafka(), RUN, training, checkpoints, ranks);
    }

    /** Trains the logged batches once more, from the first, in a process that nobody kills. */
    void trainUndisturbed(Path checkpoints) throws Exception {
        trainer = startTrainer(checkpoints);
        trainer.awaitEnd(PATIENCE.plusSeconds(training.steps()));
        requireTrained();
    }

    /** Whether it is at its end. One that found no broker is started again, as a job that gave up is. */
    private boolean trainerEnded() throws Exception {
        if (trainer.isAlive()) {
            return false;
        }
        if (!trainer.foundNoBroker()) {
            return true;
        }
        LOG.info("chaos finds that the trainer gave up step={}", logged());
        trainer = startTrainer(home.resolve("checkpoints"));
        return false;
    }

    private void requireTrained() throws InterruptedException {
        if (trainer.exitCode() != 0) {
            throw new AssertionError("The trainer ended with " + trainer.exitCode() + ": " + trainer.lastWords());
        }
    }

    /** Waits for something, as long as steps are logged, and meanwhile starts a job again that gave up. */
    private void await(Callable<Boolean> condition) throws Exception {
        long newest = -1;
        long moved = System.nanoTime();
        while (!condition.call()) {
            long logged = logged();
            if (logged != newest) {
                newest = logged;
                moved = System.nanoTime();
            }
            if (job != null && job.awaitEnd(LOOK_AGAIN)) {
                LOG.info("chaos finds that the job gave up step={}", logged);
                jobsGivenUp++;
                startJob();
            }
            if (System.nanoTime() - moved > PATIENCE.toNanos()) {
                throw new AssertionError(
                        "Nothing moves after step " + logged + "; the trainer's last words: " + trainer.lastWords());
            }
        }
    }

    private long logged() {
        return logged.count() / ranks;
    }

    /** How often the job failed for good and was started again. */
    int jobsGivenUp() {
        return jobsGivenUp;
    }

    /** Ends the Flink cluster; the broker stays. */
    void endFlink() {
        flink.close();
        job = null;
    }

    @Override
    public void close() {
        if (trainer != null) {
            trainer.kill();
        }
        flink.close();
        if (logged != null) {
            logged.close();
        }
        broker.close();
    }
}
