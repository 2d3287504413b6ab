package io.streamclr.stream.options;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.stream.source.ImagesFormat;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every job that say where images come from, and what becomes of bad ones. */
public final class ImagesOptions {

    @Option(
            names = "--images-format",
            paramLabel = "avro|bytes",
            defaultValue = "avro",
            description = "Format of the images topic: avro (EncodedImage records) or bytes (bare image files)"
                    + " (default: ${DEFAULT-VALUE}).")
    private ImagesFormat format;

    @Option(
            names = "--images-topic",
            paramLabel = "TOPIC",
            defaultValue = "images",
            description = "Topic to read images from (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Option(
            names = "--rejects-topic",
            paramLabel = "TOPIC",
            defaultValue = "images.rejected",
            description = "Topic to write images to that cannot be decoded (default: ${DEFAULT-VALUE}).")
    private String rejectsTopic;

    @Mixin
    private LimitOptions limits;

    @Option(
            names = "--reject-bytes",
            paramLabel = "BYTES",
            defaultValue = "1048576",
            description = "Maximum bytes of a rejected image that are written with the reject (default:"
                    + " ${DEFAULT-VALUE}).")
    private int rejectBytes;

    /** Of the values in the topic. */
    public ImagesFormat format() {
        return format;
    }

    /** To read images from. */
    public String topic() {
        return topic;
    }

    /** To write bad images to. */
    public String rejectsTopic() {
        return rejectsTopic;
    }

    /** @throws io.streamclr.schemas.RefusalException if they contradict each other */
    public DecodeLimits limits() {
        return limits.limits();
    }

    /** At most so many of a rejected image are written with the reject. */
    public int rejectBytes() {
        return rejectBytes;
    }
}
