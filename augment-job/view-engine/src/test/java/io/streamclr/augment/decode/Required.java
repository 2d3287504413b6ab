package io.streamclr.augment.decode;

import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** What a test does on a machine that lacks a library of the system. */
final class Required {

    /** Set where all libraries were installed, so that a test which finds none has found a fault. */
    private static final String ALL_INSTALLED = "STREAMCLR_TEST_LIBRARIES";

    private Required() {}

    /** Leaves a test out, which its report shows; fails where nothing may be left out. */
    static void skip(String why) {
        if ("installed".equals(System.getenv(ALL_INSTALLED))) {
            Assertions.fail(why + "; " + ALL_INSTALLED + " says that nothing is missing");
        }
        Assumptions.abort(why);
    }
}
