package io.streamclr.trainer.mlflow;

import io.streamclr.trainer.settings.TrainConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.mlflow.api.proto.Service.Metric;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is reported of a run, in a thread of its own. What the server does not take waits, up to a limit, and what
 * comes beyond that is dropped and counted; the count is said once, at the end.
 */
final class RunSender {

    private static final Logger LOG = LoggerFactory.getLogger(RunSender.class);

    /** Reports that wait: of a step a second, and one each ten steps, those of a night. */
    private static final int MOST_WAITING = 4096;

    /** In one request, by MLflow's limit. */
    private static final int MOST_METRICS = 1000;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);

    private final TrainConfig config;
    private final ServerAddress address;
    private final Pace pace;
    private final Clock clock;
    private final MlflowCalls calls;
    private final SentRun run;
    private final Thread thread = new Thread(this::work, "mlflow");
    private final BlockingQueue<Report> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicLong reported = new AtomicLong();
    private final AtomicLong sent = new AtomicLong();
    private volatile Ending ending;
    private volatile boolean endSent;
    private volatile String trouble = "no answer in time";
    private volatile boolean begun;
    /** Whether the server was away when it was asked last. */
    private boolean away;
    /** Whether it was still away after the end. */
    private boolean givenUp;

    /**
     * What waits to be sent.
     *
     * @param settings parameters by name
     * @param metrics of a step
     */
    private record Report(Map<String, String> settings, List<Metric> metrics) {}

    /** What is asked of the server. */
    @FunctionalInterface
    private interface Call {
        void make(long limitMillis) throws Unanswered, InterruptedException;
    }

    /** @param calls to the server; closed at the end */
    RunSender(TrainConfig config, ServerAddress address, String experiment, MlflowCalls calls, Pace pace, Clock clock) {
        this.config = config;
        this.address = address;
        this.pace = pace;
        this.clock = clock;
        this.calls = calls;
        this.run = new SentRun(config, address, experiment, calls, clock);
        thread.setDaemon(true);
    }

    /** @param step after which the run begins or goes on; its folder is there */
    void start(long step) {
        run.startsAfter(step);
        begun = true;
        thread.start();
    }

    /** Keeps figures of a step. Returns at once. */
    void figures(long step, Map<String, Double> figures) {
        long now = clock.millis();
        List<Metric> metrics = new ArrayList<>();
        figures.forEach((name, value) -> metrics.add(Metric.newBuilder()
                .setKey(name)
                .setValue(value)
                .setTimestamp(now)
                .setStep(step)
                .build()));
        reported.addAndGet(metrics.size());
        keep(new Report(Map.of(), metrics));
    }

    /** Keeps a setting that is not known before views are seen. Returns at once. */
    void setting(String name, String value) {
        keep(new Report(Map.of(name, value), List.of()));
    }

    private void keep(Report report) {
        if (!waiting.offer(report)) {
            trouble = "more waited than is kept";
        }
    }

    private void work() {
        try {
            if (!isDone(run::begin)) {
                return;
            }
            boolean last;
            do {
                last = ended.await(pace.between().toMillis(), TimeUnit.MILLISECONDS);
                sendWhatWaits();
            } while (!last);
            endSent = !givenUp && (ending.status().isEmpty() || isDone(limit -> run.end(ending, limit)));
        } catch (InterruptedException abandoned) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException defect) {
            trouble = "a defect, which is in the log: " + defect;
            LOG.info("nothing more is sent to MLflow", defect);
        }
    }

    private void sendWhatWaits() throws InterruptedException {
        while (!waiting.isEmpty() && !givenUp) {
            List<Metric> metrics = new ArrayList<>();
            Map<String, String> settings = new LinkedHashMap<>();
            for (Report next = waiting.peek(); fits(metrics, next); next = waiting.peek()) {
                metrics.addAll(next.metrics());
                settings.putAll(next.settings());
                waiting.remove();
            }
            if (!settings.isEmpty()) {
                isDone(limit -> run.settings(settings, limit));
            }
            if (!metrics.isEmpty() && isDone(limit -> run.metrics(metrics, limit))) {
                sent.addAndGet(metrics.size());
            }
        }
    }

    private static boolean fits(List<Metric> metrics, Report next) {
        return next != null && metrics.size() + next.metrics().size() <= MOST_METRICS;
    }

    /** Asks until there is an answer, or the training has ended without one. Says no if the answer is no. */
    private boolean isDone(Call call) throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (!givenUp) {
            boolean last = ended.getCount() == 0;
            try {
                call.make(last ? pace.patienceMillis() : pace.answerMillis());
                cameBack();
                return true;
            } catch (Unanswered why) {
                trouble = why.getMessage();
                if (!why.mayPass()) {
                    return false;
                }
                givenUp = last;
                wentAway(why);
            }
            ended.await(pause.toMillis(), TimeUnit.MILLISECONDS);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
        return false;
    }

    private void wentAway(Unanswered why) {
        if (!away) {
            LOG.info("MLflow server is away, figures wait server={} reason=\"{}\"", address, why.getMessage());
        }
        away = true;
    }

    private void cameBack() {
        if (away) {
            LOG.info("MLflow server is back server={}", address);
        }
        away = false;
    }

    /** Sends what waits, and that the run has ended, for as long as patience lasts; then says what is missing. */
    void end(Ending how) throws InterruptedException {
        ending = how;
        ended.countDown();
        try {
            thread.join(pace.patienceMillis());
        } finally {
            thread.interrupt();
            calls.close();
            if (begun) {
                sayWhatIsMissing();
            }
        }
    }

    private void sayWhatIsMissing() {
        long missing = reported.get() - sent.get();
        if (missing > 0 || !endSent) {
            LOG.warn(
                    "The MLflow server at {} lacks {} of the {} figures of this start of run {}{} ({}); the records in {}"
                            + " have them",
                    address,
                    missing,
                    reported.get(),
                    config.runId(),
                    endSent ? "" : " and how it ended",
                    trouble,
                    config.folder());
        }
    }
}
