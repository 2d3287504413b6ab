package io.streamclr.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.augment.view.Recipe;
import io.streamclr.ingest.classes.Labels;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoDiskTest {

    @TempDir
    Path folder;

    @Test
    void viewsAreKeptWithinWhatThereIsAndNeverLessThanWaitsForTheTrainer() throws IOException {
        DemoPlan plan = plan(Files.createDirectories(folder.resolve("images")));

        Map<String, String> settings = DemoDisk.settings(plan);

        long kept = Long.parseLong(settings.get("log.retention.bytes"));
        long unread = 2L * plan.pairsAhead() * 2 * 3 * 28 * 28 / DemoPlan.PARTITIONS;
        assertThat(kept).isBetween(unread, 1L << 30);
        assertThat(Long.parseLong(settings.get("log.segment.bytes"))).isBetween(8L << 20, 128L << 20);
    }

    @Test
    void imagesThatDoNotFitOntoTheDiskAreRefusedBeforeTheyAreSent() throws IOException {
        Path images = Files.createDirectories(folder.resolve("images"));
        try (RandomAccessFile huge =
                new RandomAccessFile(images.resolve("huge.jpg").toFile(), "rw")) {
            huge.setLength(Files.getFileStore(folder).getUsableSpace()); // its blocks are never written
        }

        assertThatThrownBy(() -> DemoDisk.settings(plan(images)))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("The disk of " + folder + " has ")
                .hasMessageContaining(", images ");
    }

    private DemoPlan plan(Path images) {
        return new DemoPlan(
                folder,
                images,
                Labels.AUTO,
                true,
                Optional.empty(),
                Recipe.parse("grey"),
                Duration.ofMinutes(1),
                1,
                2,
                Precision.FLOAT32,
                8,
                1,
                Optional.empty());
    }
}
