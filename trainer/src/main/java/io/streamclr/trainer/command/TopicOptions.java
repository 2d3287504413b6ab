package io.streamclr.trainer.command;

import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.settings.RunTopics;
import picocli.CommandLine.Option;

/** The options that say which topics a run reads and writes. */
final class TopicOptions {

    @Option(
            names = "--views-topic",
            paramLabel = "TOPIC",
            defaultValue = "views",
            description = "Topic of view pairs to train on (default: ${DEFAULT-VALUE}).")
    private String viewsTopic;

    @Option(
            names = "--batches-topic",
            paramLabel = "TOPIC",
            defaultValue = "batches",
            description = "Topic in which every batch is logged (default: ${DEFAULT-VALUE}).")
    private String batchesTopic;

    @Option(
            names = "--encoders-topic",
            paramLabel = "TOPIC",
            defaultValue = "encoders",
            description = "Topic in which saved encoders are announced (default: ${DEFAULT-VALUE}).")
    private String encodersTopic;

    @Option(
            names = "--images-topic",
            paramLabel = "TOPIC",
            defaultValue = "images",
            description = "Topic of the images: views that expired before replay are rendered from them again"
                    + " (default: ${DEFAULT-VALUE}).")
    private String imagesTopic;

    /** Those of a run. */
    RunTopics at(KafkaConnection kafka) {
        return new RunTopics(kafka, viewsTopic, batchesTopic, encodersTopic);
    }

    /** The topic that expired views are rendered from again. */
    String images() {
        return imagesTopic;
    }
}
