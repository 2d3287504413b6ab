package io.streamclr.console.replay;

import picocli.CommandLine.Option;

/** The topics that a run left its traces in: options of every command that follows them. */
public final class RunTopicOptions {

    @Option(
            names = "--batches-topic",
            paramLabel = "TOPIC",
            defaultValue = "batches",
            description = "Topic in which batches are logged (default: ${DEFAULT-VALUE}).")
    private String batches;

    @Option(
            names = "--images-topic",
            paramLabel = "TOPIC",
            defaultValue = "images",
            description = "Topic of the images that the views were rendered from (default: ${DEFAULT-VALUE}).")
    private String images;

    /** Where the batches are logged. */
    public String batches() {
        return batches;
    }

    /** Where the images are. */
    public String images() {
        return images;
    }
}
