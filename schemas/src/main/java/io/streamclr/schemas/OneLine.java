package io.streamclr.schemas;

/**
 * Text from outside, such as a file's name, as a line that does no harm where it is shown: control characters, which
 * terminals obey, and what turns the direction of a line are written out as {@code \\u001b}.
 */
public final class OneLine {

    private OneLine() {}

    public static String of(String text) {
        if (text.codePoints().noneMatch(OneLine::isHarmful)) {
            return text;
        }
        StringBuilder line = new StringBuilder();
        text.codePoints().forEach(point -> {
            if (isHarmful(point)) {
                line.append(String.format("\\u%04x", point));
            } else {
                line.appendCodePoint(point);
            }
        });
        return line.toString();
    }

    private static boolean isHarmful(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                point != 0x200d; // joins emoji
            case Character.SURROGATE -> true; // alone
            default -> false;
        };
    }
}
