package io.streamclr.augment.decode;

import java.util.Locale;

/**
 * Which images are decoded that only libraries of the system can: HEIC and AVIF (libheif), JPEG XL (libjxl). They are
 * code for the processor that reads bytes from outside, if in a process of its own; so somebody has to ask for them.
 */
public enum SystemFormats {
    /** None of them. */
    NO,
    /** Those whose pixels are the same by every decoder, and so on every machine. */
    EXACT,
    /** JPEG XL with losses, too, whose pixels differ between versions and processors. */
    ALL;

    /** As the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
