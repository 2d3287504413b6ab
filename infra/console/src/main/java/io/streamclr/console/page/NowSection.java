package io.streamclr.console.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.ProcessUse;
import io.streamclr.trainer.watch.TrainingListener.Computing;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Where a run that trains in this process stands, and what it takes of the machine. For one thread. */
final class NowSection {

    private final TrainConfig config;
    private final ProcessUse use;
    private StepReport newest;
    private boolean waiting;
    private Optional<Computing> computing = Optional.empty();
    private Optional<Instant> end = Optional.empty();

    NowSection(TrainConfig config) {
        this.config = config;
        this.use = new ProcessUse(config.computing().devices());
    }

    void endsAt(Instant planned) {
        end = Optional.of(planned);
    }

    void began(long step, long pairs) {
        newest = StepReport.before(step, pairs);
    }

    void trained(StepReport report) {
        newest = report;
        waiting = false;
        computing = Optional.empty();
    }

    /** What is said of the step at work, until there is a newer one. */
    void computing(Computing step) {
        waiting = false;
        computing = Optional.of(step);
    }

    void waiting(StepReport report) {
        newest = report;
        waiting = true;
        computing = Optional.empty();
    }

    boolean begun() {
        return newest != null;
    }

    long step() {
        return newest.step();
    }

    Map<String, Double> use() {
        return use.now();
    }

    ObjectNode json() {
        ObjectNode now = JsonNodeFactory.instance.objectNode();
        long steps = config.learning().schedule().steps();
        now.put("step", newest.step());
        now.put("pairs", newest.pairs());
        now.put("steps_total", steps);
        if (Double.isFinite(newest.loss())) {
            now.put("loss", newest.loss());
            now.put("learning_rate", newest.rate());
            now.put("pairs_per_second", newest.pairsPerSecond());
            now.put("waiting_share", newest.waitingShare());
            now.put("waiting", waiting);
        }
        computing.ifPresent(step -> now.put("computing", step.words()));
        secondsLeft(steps).ifPresent(left -> now.put("seconds_left", left));
        now.put("processors", Runtime.getRuntime().availableProcessors());
        use().forEach(now::put);
        return now;
    }

    private Optional<Long> secondsLeft(long steps) {
        Optional<Long> bySteps = steps > 0 && newest.pairsPerSecond() > 0
                ? Optional.of(Math.round(
                        (steps - newest.step()) * (double) config.batching().pairs() / newest.pairsPerSecond()))
                : Optional.empty();
        return end.map(planned ->
                        Math.max(0, Duration.between(Instant.now(), planned).toSeconds()))
                .or(() -> bySteps);
    }
}
