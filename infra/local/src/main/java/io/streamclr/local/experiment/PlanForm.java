package io.streamclr.local.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.form.Fields;
import io.streamclr.trainer.form.Word;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A plan as a file has it. */
final class PlanForm {

    private static final String FORMAT = "streamclr-experiment-plan";

    /** Version 1, of release 0.1, did not say so, and is the same in all else. */
    private static final int VERSION = 2;

    private PlanForm() {}

    static ObjectNode write(ExperimentPlan plan) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", FORMAT).put("version", VERSION).put("experiment", plan.experiment());
        ExperimentSettings settings = plan.settings();
        ObjectNode asked = json.putObject("wishes")
                .put("data", settings.data())
                .put("test", settings.test())
                .put("pairs", settings.pairs())
                .put("seeds", settings.seeds())
                .put("images", settings.images())
                .put("measured", settings.measured())
                .put("minutes", settings.minutes());
        if (!settings.own().isEmpty()) {
            settings.own().forEach(asked.putObject("own")::put);
        }
        json.put("scaled", plan.scaled());
        for (PlannedRun run : plan.runs()) {
            ObjectNode one = json.withArray("runs").addObject();
            one.put("name", run.name());
            run.at().forEach(one.putObject("at")::put);
            one.put("recipe", run.recipe());
            one.put("images", run.images());
            one.put("pairs", run.pairs());
            one.put("train", run.train());
            run.measures().stream().map(TrialMetric::word).forEach(one.putArray("measures")::add);
            if (!run.data().isEmpty()) {
                one.put("data", run.data());
            }
            if (run.supervised()) {
                one.put("supervised", true);
            }
        }
        return json;
    }

    /** @throws IOException if it is no plan */
    static ExperimentPlan read(JsonNode json) throws IOException {
        return Fields.read(json, fields -> {
            if (fields.has("version")) {
                String format = fields.text("format");
                int version = fields.small("version");
                if (!format.equals(FORMAT) || version != VERSION) {
                    throw new IOException("its format is " + format + " of version " + version + ", and " + FORMAT
                            + " of version 1 or " + VERSION + " is known to this StreamCLR");
                }
            }
            return new ExperimentPlan(
                    fields.text("experiment"),
                    fields.object("wishes", PlanForm::settings),
                    fields.has("scaled") ? fields.text("scaled") : "",
                    fields.objects("runs", PlanForm::run));
        });
    }

    private static ExperimentSettings settings(Fields settings) throws IOException {
        return new ExperimentSettings(
                settings.text("data"),
                settings.text("test"),
                settings.whole("pairs"),
                settings.small("seeds"),
                settings.small("images"),
                settings.small("measured"),
                settings.small("minutes"),
                settings.has("own") ? settings.object("own", PlanForm::texts) : Map.of());
    }

    private static PlannedRun run(Fields run) throws IOException {
        return new PlannedRun(
                run.text("name"),
                run.object("at", PlanForm::texts),
                run.text("recipe"),
                run.small("images"),
                run.whole("pairs"),
                run.text("train"),
                measures(run.texts("measures")),
                run.has("data") ? run.text("data") : "",
                run.has("supervised") && run.truth("supervised"));
    }

    /** Columns and options are called as the plan calls them. */
    private static Map<String, String> texts(Fields fields) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        for (String name : fields.names()) {
            texts.put(name, fields.text(name));
        }
        return texts;
    }

    private static List<TrialMetric> measures(List<String> words) throws IOException {
        List<TrialMetric> measures = new ArrayList<>();
        for (String word : words) {
            try {
                measures.add(Word.of(TrialMetric.class, word));
            } catch (IllegalArgumentException unknown) {
                throw new IOException("measures: " + unknown.getMessage(), unknown);
            }
        }
        return measures;
    }
}
