package io.streamclr.it;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The rules of a custom resource's definition ({@code x-kubernetes-validations}), as an API server evaluates them at creation. */
final class CelRules {

    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("self", SimpleType.DYN)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.standardCelRuntimeBuilder().build();

    /** Whole numbers of CEL are long ones. */
    private static final ObjectMapper LONG = new ObjectMapper().enable(DeserializationFeature.USE_LONG_FOR_INTS);

    private CelRules() {}

    /** The messages of the rules that an object breaks, each with the place. */
    static List<String> broken(JsonNode definition, JsonNode object) {
        List<String> broken = new ArrayList<>();
        collect("", definition, object, broken);
        return broken;
    }

    private static void collect(String place, JsonNode definition, JsonNode value, List<String> broken) {
        if (value.isMissingNode()) {
            return;
        }
        for (JsonNode rule : definition.path("x-kubernetes-validations")) {
            String text = rule.path("rule").asText();
            if (!text.contains("oldSelf") && !holds(text, value)) { // those are for what changes
                broken.add(place + ": " + rule.path("message").asText());
            }
        }
        definition
                .path("properties")
                .properties()
                .forEach(each ->
                        collect(place + "/" + each.getKey(), each.getValue(), value.path(each.getKey()), broken));
        for (int i = 0; i < value.size() && value.isArray(); i++) {
            collect(place + "/" + i, definition.path("items"), value.path(i), broken);
        }
    }

    private static boolean holds(String rule, JsonNode value) {
        try {
            Object self = LONG.convertValue(value, Object.class);
            return (boolean)
                    RUNTIME.createProgram(COMPILER.compile(rule).getAst()).eval(Map.of("self", self));
        } catch (CelValidationException | CelEvaluationException unknown) {
            throw new IllegalStateException("a rule that cannot be evaluated: " + rule, unknown);
        }
    }
}
