package io.streamclr.trainer.torch;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * PyTorch's constants by name. In Python {@code torch.float32} is an object; the TorchScript of an archive has the number
 * of the enum in C++ in its place ({@code c10/core/ScalarType.h} and {@code c10/core/MemoryFormat.h}), and no name for it.
 */
final class TorchConstants {

    private static final Map<String, Integer> NUMBERS = Map.of(
            "uint8", 0,
            "int64", 4,
            "float16", 5,
            "float32", 6,
            "float64", 7,
            "bool", 11,
            "bfloat16", 15,
            "channels_last", 2);

    private static final Pattern NAME =
            Pattern.compile("\\btorch\\.(" + String.join("|", NUMBERS.keySet()) + ")\\b(?!\\()");

    private TorchConstants() {}

    /** The text with the numbers of the constants that it names. */
    static String inNumbers(String methods) {
        return NAME.matcher(methods)
                .replaceAll(name ->
                        Matcher.quoteReplacement(NUMBERS.get(name.group(1)).toString()));
    }
}
