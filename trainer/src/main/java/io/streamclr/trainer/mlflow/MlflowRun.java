package io.streamclr.trainer.mlflow;

import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.health.HeldOutProbe.Answer;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.RunFigures;
import io.streamclr.trainer.watch.TrainingListener;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Hands what a training reports to the thread that sends it. */
final class MlflowRun implements TrainingListener {

    private final RunSender sender;
    private final RunFigures figures;
    private boolean recipeSaid;

    MlflowRun(TrainConfig config, RunSender sender) {
        this.sender = sender;
        this.figures = new RunFigures(config.computing().devices(), this::take);
    }

    @Override
    public void began(long step, long pairs) {
        sender.start(step);
    }

    private void take(String group, long step, Map<String, Double> values) {
        Map<String, Double> figures = new LinkedHashMap<>();
        values.forEach((name, value) -> figures.put(Names.of(group + name), value));
        sender.figures(step, figures);
    }

    @Override
    public void trained(StepReport report) {
        figures.trained(report);
    }

    @Override
    public void measured(long step, Map<String, Double> gauges) {
        figures.measured(step, gauges);
    }

    @Override
    public void probed(Answer answer) {
        figures.probed(answer);
    }

    /** The recipe comes with the views, and is no option. */
    @Override
    public void looked(Batch batch, Supplier<Features> features) {
        if (!recipeSaid) {
            recipeSaid = true;
            sender.setting("recipe", recipe(batch));
        }
    }

    private static String recipe(Batch batch) {
        String text = batch.manifest().getRecipeText();
        return text.isEmpty() ? batch.recipe() : text;
    }

    /** Sends what is left, in the time that there is for it. */
    void end(Ending how) throws InterruptedException {
        sender.end(how);
    }
}
