package io.streamclr.trainer.command;

import io.streamclr.trainer.publish.PublishedForm;
import java.util.Set;
import picocli.CommandLine.Option;

/** The option that says in which forms encoders are published. */
public final class PublishOptions {

    @Option(
            names = "--publish",
            paramLabel = "FORMAT",
            split = ",",
            description = "Formats to announce in the topic of encoders, with digests, beside encoder.pt: onnx (written"
                    + " to each checkpoint as encoder.onnx), safetensors (encoder.safetensors), or both with a comma"
                    + " (default: encoder.pt alone).")
    private Set<PublishedForm> forms = Set.of();

    /** Those that were asked for. */
    public Set<PublishedForm> forms() {
        return forms;
    }
}
