package io.streamclr.trainer.watch;

import io.streamclr.trainer.health.HeldOutProbe.Answer;
import io.streamclr.trainer.torch.TorchDevice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the figures that are kept of a run out of what the training reports, the same for whoever keeps them. */
public final class RunFigures implements TrainingListener {

    /** Steps from one report to the next; each is about its own step alone. */
    private static final int EVERY = 10;

    private final ProcessUse use;
    private final Keeper keeper;

    /** Takes figures, in the training's own thread. */
    @FunctionalInterface
    public interface Keeper {

        /**
         * Keeps figures of a step.
         *
         * @param group such as {@code train/}, to be put before the names where there are no other files for it
         * @param figures by name; not all are numbers
         */
        void keep(String group, long step, Map<String, Double> figures);
    }

    /** @param devices that train */
    public RunFigures(List<TorchDevice> devices, Keeper keeper) {
        this.use = new ProcessUse(devices);
        this.keeper = keeper;
    }

    @Override
    public void trained(StepReport report) {
        if (report.step() % EVERY != 0) {
            return;
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("loss", report.loss());
        figures.put("learning_rate", report.rate());
        figures.put("pairs", (double) report.pairs());
        figures.put("pairs_per_second", report.pairsPerSecond());
        figures.put("waiting_share", report.waitingShare());
        figures.put("step_seconds", report.seconds());
        figures.putAll(use.now());
        keeper.keep("train/", report.step(), figures);
    }

    @Override
    public void measured(long step, Map<String, Double> gauges) {
        keeper.keep("gauge/", step, gauges);
    }

    @Override
    public void probed(Answer answer) {
        Map<String, Double> slices = new LinkedHashMap<>();
        answer.slices().forEach(slice -> slices.put("held_out_slice_knn/" + slice.name(), slice.accuracy()));
        keeper.keep("slice/", answer.step(), slices);
    }
}
