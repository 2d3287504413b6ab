package io.streamclr.console.page;

import io.streamclr.console.guard.Guarded;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.Audience;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Those who look on at a live page while a run trains, where its options ask for one. */
public final class PageAudience implements Audience {

    @Mixin
    private PageOptions page;

    @Option(
            names = "--rejects-topic",
            paramLabel = "TOPIC",
            defaultValue = "images.rejected",
            description = "Topic of the rejected images, which the page shows (default: ${DEFAULT-VALUE}).")
    private String rejectsTopic;

    @Option(
            names = "--embeddings-topic",
            paramLabel = "TOPIC",
            defaultValue = "embeddings",
            description = "Topic of embeddings, which the page shows if it is there (default: ${DEFAULT-VALUE}).")
    private String embeddingsTopic;

    @Override
    public Seat admit(TrainConfig config, String imagesTopic) {
        Guarded.saves(config.folder());
        Optional<PageAddress> asked = page.address();
        if (asked.isEmpty()) {
            return Audience.NONE.admit(config, imagesTopic);
        }
        LivePage shown = LivePage.open(asked.get(), config, imagesTopic, rejectsTopic, embeddingsTopic);
        System.err.println("The run is shown at " + shown.uri());
        return shown;
    }
}
