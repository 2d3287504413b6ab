package io.streamclr.console.probe;

import io.streamclr.schemas.RefusalException;
import java.math.BigDecimal;

/**
 * How many of the training images' labels may be known.
 *
 * @param percent above 0 and at most 100
 */
record LabelShare(BigDecimal percent) {

    /** @param text such as 1% or 0.5%; @throws RefusalException if it is something else */
    static LabelShare parse(String text) {
        RefusalException wrong = RefusalException.ofUsage(
                "The share of labels '" + text + "' is not one; give a number above 0, at most 100, and a % sign");
        if (!text.matches("[0-9]{1,3}(\\.[0-9]{1,6})?%")) {
            throw wrong;
        }
        BigDecimal percent = new BigDecimal(text.substring(0, text.length() - 1));
        if (percent.signum() == 0 || percent.compareTo(BigDecimal.valueOf(100)) > 0) {
            throw wrong;
        }
        return new LabelShare(percent);
    }

    /** As a part of 1. */
    double value() {
        return percent.doubleValue() / 100;
    }

    @Override
    public String toString() {
        return percent.toPlainString() + "%";
    }
}
