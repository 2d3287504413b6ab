package io.streamclr.trainer.form;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers as people write them. */
public final class Numbers {

    private static final Pattern FRACTION = Pattern.compile("([0-9]{1,6})/([0-9]{1,6})");

    /** Fractions of more parts are no easier to read. */
    private static final int MOST_PARTS = 64;

    /** Digits after the point of a number that is written without an exponent. */
    private static final int MOST_DIGITS = 12;

    private Numbers() {}

    /** Such as {@code 8}, {@code 0.0001} and {@code 1E-20}; the same number gives the same text. */
    public static String text(double number) {
        if (!Double.isFinite(number)) {
            return Double.toString(number);
        }
        BigDecimal exact = new BigDecimal(Double.toString(number)).stripTrailingZeros();
        return exact.scale() > MOST_DIGITS || exact.precision() - exact.scale() > MOST_DIGITS
                ? exact.toString()
                : exact.toPlainString();
    }

    /** Such as {@code 1/8}; numbers that are no part of 1 as {@link #text} has them. */
    public static String fraction(double number) {
        double parts = Math.rint(1 / number);
        return number > 0 && number < 1 && parts <= MOST_PARTS && 1 / parts == number
                ? "1/" + (int) parts
                : text(number);
    }

    /**
     * Reads a number or a fraction.
     *
     * @throws NumberFormatException if it is neither
     */
    public static double parse(String text) {
        Matcher fraction = FRACTION.matcher(text);
        return fraction.matches()
                ? Double.parseDouble(fraction.group(1)) / Double.parseDouble(fraction.group(2))
                : Double.parseDouble(text);
    }
}
