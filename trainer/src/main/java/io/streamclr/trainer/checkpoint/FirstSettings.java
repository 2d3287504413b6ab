package io.streamclr.trainer.checkpoint;

import io.streamclr.trainer.form.Numbers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings that checkpoints of release 0.1 keep, in the words that later ones have: 0.1 wrote down how its Java
 * printed them. What nobody understands stays as it is, so that no run goes on with something else.
 */
final class FirstSettings {

    private static final Pattern PRINTED = Pattern.compile("([A-Za-z]+)\\[(.*)]");

    private static final Map<String, String> LOSSES = Map.of(
            "NtXent", "nt-xent",
            "Decoupled", "dcl",
            "Debiased", "debiased",
            "HardNegative", "hard-negative",
            "FalseNegativeElimination", "fn-elimination");

    private static final Map<String, String> OPTIMISERS = Map.of("Lars", "lars", "Sgd", "sgd", "AdamW", "adamw");

    /** What the parts of a loss, an optimiser and a head are called since. */
    private static final Map<String, String> PARTS = Map.ofEntries(
            Map.entry("tauPlus", "--tau-plus"),
            Map.entry("beta", "--beta"),
            Map.entry("most", "--false-negatives"),
            Map.entry("above", "--false-negative-cosine"),
            Map.entry("support", "--support"),
            Map.entry("weightDecay", "--weight-decay"),
            Map.entry("momentum", "--momentum"),
            Map.entry("beta1", "--momentum"),
            Map.entry("beta2", "--beta2"),
            Map.entry("eta", "trust"),
            Map.entry("epsilon", "epsilon"),
            Map.entry("layers", "--head-layers"),
            Map.entry("hidden", "--head-hidden"),
            Map.entry("output", "--head-output"),
            Map.entry("spread", "--head-spread"));

    private final Map<String, String> words = new LinkedHashMap<>();

    private FirstSettings() {}

    static Map<String, String> inWords(Map<String, String> first) {
        FirstSettings settings = new FirstSettings();
        first.forEach(settings::add);
        if ("none".equals(settings.words.get("--memory"))) {
            settings.words.keySet().removeAll(List.of("--memory-size", "--replayed-share", "--updates"));
        }
        return settings.words;
    }

    private void add(String option, String text) {
        switch (option) {
            case "--loss" -> addPrinted(option, text, LOSSES);
            case "--optimiser" -> addPrinted(option, text, OPTIMISERS);
            case "--head" -> addPrinted(option, text, Map.of("HeadPlan", ""));
            case "--mask-near-duplicates" -> words.put(option, text.equals("Infinity") ? "" : word(text));
            case "--seed" -> words.put(option, text); // of 64 bits, which no double holds
            case "--mask-picture-hash" -> words.put(option, text.equals("none") ? "" : text);
            case "--pixels" -> words.put("--normalise", word(text));
            case "--width" -> words.put(option, isNumber(text) ? Numbers.fraction(Numbers.parse(text)) : text);
            default -> words.put(option, word(text));
        }
    }

    /** A record as Java prints it: its name and its parts. */
    private void addPrinted(String option, String text, Map<String, String> names) {
        Matcher printed = PRINTED.matcher(text);
        if (!printed.matches() || !names.containsKey(printed.group(1))) {
            words.put(option, text);
            return;
        }
        String name = names.get(printed.group(1));
        if (!name.isEmpty()) {
            words.put(option, name);
        }
        for (String part : printed.group(2).split(", ", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                String called = part.substring(0, equals);
                words.put(PARTS.getOrDefault(called, called), word(part.substring(equals + 1)));
            }
        }
    }

    private static String word(String text) {
        return isNumber(text) ? Numbers.text(Numbers.parse(text)) : text.toLowerCase(Locale.ROOT);
    }

    private static boolean isNumber(String text) {
        return text.matches("-?[0-9]+(\\.[0-9]+)?(E-?[0-9]+)?");
    }
}
