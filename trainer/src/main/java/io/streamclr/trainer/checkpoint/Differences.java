package io.streamclr.trainer.checkpoint;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run was begun with and what is asked for now, as far as the two differ, by the options that say it.
 *
 * @param before as a person would have to give it
 * @param now likewise, in the same order
 */
record Differences(List<String> before, List<String> now) {

    /** Options of today by the names that checkpoints have for them. */
    private static final Map<String, String> OF_TODAY = Map.of("--batch", "--batch-size", "--devices", "--device");

    private static final String RANKS = "--ranks";
    private static final String DEPTH = "--depth";
    private static final String BACKBONE = "--backbone";

    /** What only one of the two knows is no difference: an older release did not, or what it is a part of differs too. */
    static Differences between(Map<String, String> before, Map<String, String> now) {
        List<String> were = new ArrayList<>();
        List<String> are = new ArrayList<>();
        Map<String, String> old = withRanks(withBackbone(before));
        withRanks(withBackbone(now)).forEach((option, value) -> {
            String was = old.get(option);
            if (was != null && !was.equals(value)) {
                String today = OF_TODAY.getOrDefault(option, option);
                were.add(words(today, was));
                are.add(words(today, value));
            }
        });
        return new Differences(were, are);
    }

    /** A run of one process does not say so. */
    private static Map<String, String> withRanks(Map<String, String> settings) {
        Map<String, String> counted = new LinkedHashMap<>(settings);
        counted.putIfAbsent(RANKS, "1");
        return counted;
    }

    /** Of a plain ResNet the depth alone says which it is, as it was before there were other backbones. */
    private static Map<String, String> withBackbone(Map<String, String> settings) {
        if (!settings.containsKey(DEPTH) || settings.containsKey(BACKBONE)) {
            return settings;
        }
        Map<String, String> named = new LinkedHashMap<>(settings);
        named.put(BACKBONE, "resnet" + settings.get(DEPTH));
        return named;
    }

    boolean isEmpty() {
        return before.isEmpty();
    }

    private static String words(String option, String value) {
        return switch (value) {
            case "", "false" -> "no " + option;
            case "true" -> option;
            default -> option.equals("--device") ? value + " of " + option : option + " " + value;
        };
    }

    /** A sentence's part, such as: was begun with --batch-size 256, and now --batch-size 512 is asked for. */
    String sentence() {
        return "was begun with " + listed(before) + ", and now " + listed(now) + (now.size() == 1 ? " is" : " are")
                + " asked for";
    }

    private static String listed(List<String> parts) {
        int last = parts.size() - 1;
        return last == 0 ? parts.get(0) : String.join(", ", parts.subList(0, last)) + " and " + parts.get(last);
    }
}
