package io.streamclr.stream.options;

import io.streamclr.augment.decode.DecodeLimits;
import picocli.CommandLine.Option;

/** The options that say which images are decoded at all; whoever asks what the job would do has them too. */
public final class LimitOptions {

    @Option(
            names = "--max-pixels",
            paramLabel = "N",
            defaultValue = "64000000",
            description = "Reject images with more pixels (default: ${DEFAULT-VALUE}).")
    private long mostPixels;

    @Option(
            names = "--max-side",
            paramLabel = "PIXELS",
            defaultValue = "32767",
            description = "Reject images with a longer side (default: ${DEFAULT-VALUE}).")
    private int mostSide;

    @Option(
            names = "--min-side",
            paramLabel = "PIXELS",
            defaultValue = "1",
            description = "Reject images with a shorter side (default: ${DEFAULT-VALUE}).")
    private int leastSide;

    @Option(
            names = "--max-bytes",
            paramLabel = "BYTES",
            defaultValue = "67108864",
            description = "Reject images with more encoded bytes (default: ${DEFAULT-VALUE}).")
    private int mostBytes;

    /**
     * What the options say.
     *
     * @throws io.streamclr.schemas.RefusalException if they contradict each other
     */
    public DecodeLimits limits() {
        return new DecodeLimits(mostPixels, mostSide, leastSide, mostBytes);
    }
}
