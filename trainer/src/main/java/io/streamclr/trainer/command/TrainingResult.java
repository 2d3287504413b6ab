package io.streamclr.trainer.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.run.Training.Outcome;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What {@code streamclr train} says when a training has ended.
 *
 * @param run its name
 * @param json whether it is said as one JSON object
 */
record TrainingResult(String run, boolean json) {

    void print(PrintWriter out, Outcome outcome) {
        String checkpoint = outcome.checkpoint().map(Path::toString).orElse("none");
        double pairsPerSecond = outcome.seconds() > 0 ? outcome.pairsNow() / outcome.seconds() : 0;
        if (json) {
            ObjectNode figures = new ObjectMapper().createObjectNode();
            figures.put("run", run);
            figures.put("step", outcome.step());
            figures.put("pairs", outcome.pairs());
            figures.put("seconds", outcome.seconds());
            if (Double.isNaN(outcome.loss())) {
                figures.putNull("loss");
            } else {
                figures.put("loss", outcome.loss());
            }
            figures.put("pairs_per_second", pairsPerSecond);
            figures.put("waiting_share", outcome.waitingShare());
            figures.put("checkpoint", checkpoint);
            out.println(figures);
        } else if (outcome.step() == 0) {
            out.println("Stopped before the first step was done, so there is nothing to save; the same command begins"
                    + " again with the same batch");
        } else if (Double.isNaN(outcome.loss())) {
            out.println("Stopped at step " + outcome.step() + " without another; checkpoint " + checkpoint);
        } else {
            out.printf(
                    Locale.ROOT,
                    "Trained to step %d on %d pairs, loss %.4f, %.0f pairs/s, waiting %.1f %%; checkpoint %s%n",
                    outcome.step(),
                    outcome.pairs(),
                    outcome.loss(),
                    pairsPerSecond,
                    100 * outcome.waitingShare(),
                    checkpoint);
        }
        out.flush();
    }
}
