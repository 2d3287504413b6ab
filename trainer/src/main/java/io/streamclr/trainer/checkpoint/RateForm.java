package io.streamclr.trainer.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.form.Fields;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import io.streamclr.trainer.optimiser.LearningRate.Shape;
import java.io.IOException;

/** The plan of a learning rate, as files have it. */
public final class RateForm {

    private RateForm() {}

    public static ObjectNode write(LearningRate rate) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("peak", rate.peak())
                .put("warm_up", rate.warmUpSteps())
                .put("schedule", rate.course().word())
                .put("total_steps", rate.totalSteps())
                .put("cool_down_after", rate.coolDownAfter())
                .put("cool_down", rate.coolDownSteps())
                .put("cool_down_form", rate.fall().word());
    }

    /** @throws IOException if it is none that {@link #write} wrote */
    public static LearningRate read(JsonNode json) throws IOException {
        return Fields.read(json, RateForm::read);
    }

    /** The same, within another object. */
    public static LearningRate read(Fields fields) throws IOException {
        return rate(
                fields.number("peak"),
                fields.whole("warm_up"),
                fields.word("schedule", Shape.class),
                fields.whole("total_steps"),
                fields.whole("cool_down_after"),
                fields.whole("cool_down"),
                fields.word("cool_down_form", Decay.class));
    }

    /** What release 0.1 wrote. */
    public static LearningRate readFirst(JsonNode json) throws IOException {
        return Fields.read(json, RateForm::readFirst);
    }

    /** The same, within another object. */
    public static LearningRate readFirst(Fields fields) throws IOException {
        return rate(
                fields.number("peak"),
                fields.whole("warmUpSteps"),
                fields.word("course", Shape.class),
                fields.whole("totalSteps"),
                fields.whole("coolDownAfter"),
                fields.whole("coolDownSteps"),
                fields.word("fall", Decay.class));
    }

    private static LearningRate rate(
            double peak, long warmUp, Shape course, long total, long after, long coolDown, Decay fall)
            throws IOException {
        try {
            return new LearningRate(peak, warmUp, course, total, after, coolDown, fall);
        } catch (IllegalArgumentException senseless) {
            throw new IOException(senseless.getMessage(), senseless);
        }
    }
}
