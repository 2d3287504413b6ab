package io.streamclr.embed.encoders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.form.FileDigest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderShelfTest {

    @TempDir
    Path folder;

    private Path archive;
    private String digest;
    private EncoderShelf shelf;

    @BeforeEach
    void makeAnEncoder() throws Exception {
        archive = Files.writeString(
                Files.createDirectories(folder.resolve("run/step-00000001")).resolve("encoder.pt"), "weights");
        Files.writeString(archive.resolveSibling("encoder.json"), "{}");
        digest = FileDigest.of(archive);
        shelf = EncoderShelf.at(folder.resolve("shelf").toString());
    }

    @Test
    void anEncoderIsKeptWithItsDescriptionWhenItsRunHasDeletedIt() throws Exception {
        shelf.keep(archive, digest);
        Files.delete(archive);

        assertThat(shelf.folder(digest).resolve("encoder.pt")).hasContent("weights");
        assertThat(shelf.folder(digest).resolve("encoder.json")).hasContent("{}");
        assertThat(files()).containsExactlyInAnyOrder("encoder.pt", "encoder.json");
    }

    @Test
    void whatIsKeptAlreadyIsNotReadAgain() {
        shelf.keep(archive, digest);

        shelf.keep(folder.resolve("gone/encoder.pt"), digest);

        assertThat(shelf.folder(digest).resolve("encoder.pt")).hasContent("weights");
    }

    @Test
    void anEncoderThatIsNotWhatWasAnnouncedIsNotKept() throws Exception {
        Files.writeString(archive, "other weights");

        assertThatThrownBy(() -> shelf.keep(archive, digest))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("and not " + digest + ", as was announced");
        assertThat(files()).containsExactly("encoder.json");
    }

    @Test
    void anEncoderThatCannotBeReadIsNamed() {
        assertThatThrownBy(() -> shelf.keep(folder.resolve("gone/encoder.pt"), digest))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("The encoder " + folder.resolve("gone/encoder.pt") + " cannot be kept in ")
                .hasMessageContaining("let the job read the one and write the other");
    }

    @Test
    void aDigestThatIsAPathLeadsNowhere() {
        for (String hostile :
                new String[] {"", "../" + digest.substring(3), digest.toUpperCase(Locale.ROOT), digest + "0"}) {
            assertThatThrownBy(() -> shelf.keep(archive, hostile))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageContaining("no SHA-256");
        }
        assertThat(folder.resolve("shelf")).doesNotExist();
    }

    private Stream<String> files() throws Exception {
        try (Stream<Path> all = Files.list(shelf.folder(digest))) {
            return all.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}
