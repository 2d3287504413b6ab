package io.streamclr.trainer.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The settings that checkpoints of version 3 keep, in the words of version 4: what no option said has one since, and
 * options that there were not yet are off. So a run goes on with none of them, and not by accident with one.
 */
final class ThirdSettings {

    private ThirdSettings() {}

    static Map<String, String> inWords(Map<String, String> third) {
        Map<String, String> words = new LinkedHashMap<>();
        third.forEach((option, text) -> words.put(option.equals("trust") ? "--trust-coefficient" : option, text));
        if ("sgd".equals(words.get("--optimiser"))) {
            words.put("--nesterov", "false");
        }
        words.put("--clip-gradients", "");
        return words;
    }
}
