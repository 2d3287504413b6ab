package io.streamclr.trainer.watch;

import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.health.HeldOutProbe.Answer;
import io.streamclr.trainer.health.Similarities;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Watches a training. It is called by the training's own thread, so it should be quick. */
public interface TrainingListener {

    /**
     * Training is about to begin or to go on.
     *
     * @param step the last step that is trained; 0 for a new run
     * @param pairs view pairs trained so far
     */
    default void began(long step, long pairs) {}

    /**
     * One step is done.
     *
     * @param step 1 for the first of the run
     * @param loss of this step's batch before the update, in nats
     * @param rate the learning rate of this step
     * @param pairs view pairs trained since the run began
     * @param pairsPerSecond lately, waiting included
     * @param waitingShare of the time lately that was spent waiting for views, in [0, 1]
     * @param seconds this step took, waiting left out
     */
    record StepReport(
            long step,
            double loss,
            double rate,
            long pairs,
            double pairsPerSecond,
            double waitingShare,
            double seconds) {

        /** The report of a run's beginning: no step yet. */
        public static StepReport before(long step, long pairs) {
            return new StepReport(step, Double.NaN, Double.NaN, pairs, 0, 0, 0);
        }

        /** As a person reads it: {@code loss 1.157, 1522 pairs/s, waiting 0 %}. */
        public String words() {
            return String.format(
                    Locale.ROOT, "loss %.3f, %.0f pairs/s, waiting %.0f %%", loss, pairsPerSecond, 100 * waitingShare);
        }

        public StepReport at(double pairsPerSecond, double waitingShare) {
            return new StepReport(step, loss, rate, pairs, pairsPerSecond, waitingShare, seconds);
        }
    }

    /**
     * A step at work.
     *
     * @param step its number, 1 for the first of the run
     * @param done share of its work, in [0, 1]
     * @param seconds that a step takes, by estimate; not a number while nobody can say
     */
    record Computing(long step, double done, double seconds) {

        /** As a person reads it: {@code computing step 1, about 40 s a step}. */
        public String words() {
            return "computing step " + step + (Double.isNaN(seconds) ? "" : ", about " + duration() + " a step");
        }

        private String duration() {
            if (seconds >= 5940) {
                return String.format(Locale.ROOT, "%.1f h", seconds / 3600);
            }
            if (seconds >= 99.5) {
                return Math.round(seconds / 60) + " min";
            }
            return seconds >= 9.5 ? Math.round(seconds) + " s" : String.format(Locale.ROOT, "%.1f s", seconds);
        }
    }

    /** Called now and then while the first step is computed, and while one is that lasts. */
    default void computing(Computing step) {}

    /** Called after every step. */
    void trained(StepReport report);

    /**
     * Called about every second for as long as there are no views to go on with.
     *
     * @param report of the last step, with what has become of the pace since; its loss is not a number before the first
     */
    default void waiting(StepReport report) {}

    /**
     * The network was measured after a step. Whatever is reported here is shown on the dashboard, kept with the run's
     * records and plotted on the live page under its name.
     *
     * @param gauges by name: lower case words, joined by underscores
     */
    default void measured(long step, Map<String, Double> gauges) {}

    /**
     * The batch at which the network was measured, before {@link #saved} reports its step.
     *
     * @param batch open until this returns
     * @param features asks for what the network makes of its first views, of a few hundred at most; costs part of a step
     */
    default void looked(Batch batch, Supplier<Features> features) {}

    /** What a probe on held-out images found, class by class; the accuracy of all is among {@link #measured} too. */
    default void probed(Answer answer) {}

    /** How alike the embeddings of a step's batch were, reported with each measurement of it. */
    default void similar(long step, Similarities similarities) {}

    /** A step is done after which a checkpoint follows; called before {@link #looked} for that step. */
    default void saving(long step) {}

    /** @param checkpoint the folder of a checkpoint that is in place now */
    default void saved(long step, Path checkpoint) {}

    /** One that passes everything on to all of these, in their order. */
    static TrainingListener all(List<TrainingListener> listeners) {
        List<TrainingListener> all = List.copyOf(listeners);
        return new TrainingListener() {
            @Override
            public void began(long step, long pairs) {
                all.forEach(each -> each.began(step, pairs));
            }

            @Override
            public void trained(StepReport report) {
                all.forEach(each -> each.trained(report));
            }

            @Override
            public void computing(Computing step) {
                all.forEach(each -> each.computing(step));
            }

            @Override
            public void waiting(StepReport report) {
                all.forEach(each -> each.waiting(report));
            }

            @Override
            public void measured(long step, Map<String, Double> gauges) {
                all.forEach(each -> each.measured(step, gauges));
            }

            @Override
            public void looked(Batch batch, Supplier<Features> features) {
                all.forEach(each -> each.looked(batch, features));
            }

            @Override
            public void probed(Answer answer) {
                all.forEach(each -> each.probed(answer));
            }

            @Override
            public void similar(long step, Similarities similarities) {
                all.forEach(each -> each.similar(step, similarities));
            }

            @Override
            public void saving(long step) {
                all.forEach(each -> each.saving(step));
            }

            @Override
            public void saved(long step, Path checkpoint) {
                all.forEach(each -> each.saved(step, checkpoint));
            }
        };
    }
}
