package io.streamclr.local.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.form.Fields;
import io.streamclr.trainer.form.Word;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** A result as a file has it. */
final class ResultForm {

    private static final String FORMAT = "streamclr-experiment-result";

    /** Version 1, of release 0.1, did not say so, and is the same in all else. */
    private static final int VERSION = 2;

    private ResultForm() {}

    static ObjectNode write(Result result) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", FORMAT).put("version", VERSION);
        json.put("trial", result.trial());
        json.put("run", result.run());
        json.put("seed", result.seed());
        json.put("steps", result.steps());
        json.put("pairs", result.pairs());
        json.put("seconds", result.seconds());
        ObjectNode figures = json.putObject("figures");
        result.figures().forEach((measure, figure) -> figures.put(measure.word(), figure));
        json.put("checkpoint", result.checkpoint());
        return json;
    }

    /** @throws IOException if it is no result */
    static Result read(JsonNode json) throws IOException {
        return Fields.read(json, fields -> {
            if (fields.has("version")) {
                fields.require(FORMAT, VERSION);
            }
            return new Result(
                    fields.text("trial"),
                    fields.text("run"),
                    fields.whole("seed"),
                    fields.whole("steps"),
                    fields.whole("pairs"),
                    fields.number("seconds"),
                    fields.object("figures", ResultForm::figures),
                    fields.text("checkpoint"));
        });
    }

    private static Map<TrialMetric, Double> figures(Fields figures) throws IOException {
        Map<TrialMetric, Double> read = new EnumMap<>(TrialMetric.class);
        for (String word : figures.names()) {
            try {
                read.put(Word.of(TrialMetric.class, word), figures.number(word));
            } catch (IllegalArgumentException unknown) {
                throw new IOException("figures: " + unknown.getMessage(), unknown);
            }
        }
        return read;
    }
}
