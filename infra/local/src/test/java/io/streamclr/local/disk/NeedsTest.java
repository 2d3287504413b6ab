package io.streamclr.local.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeedsTest {

    @TempDir
    Path folder;

    @Test
    void aDiskWithTooLittleRoomIsRefusedWithWhatTakesIt() {
        Path home = folder.resolve("not/yet/there");
        Needs needs = Needs.of(home).and("views", 1L << 50).and("images", 1).and("nothing", 0);

        assertThatThrownBy(needs::require)
                .isInstanceOf(RefusalException.class)
                .hasMessageMatching("The disk of " + home + " has \\d+ MiB left, but this needs 1073741825 MiB \\(views"
                        + " 1073741824, images 1\\); free some, or choose another folder with --home");
    }

    @Test
    void whatIsLeftBeyondTheNeedsIsToldToWhoeverCanUseIt() {
        long all = Needs.of(folder).require();

        long left = Needs.of(folder).and("views", 1L << 30).require();

        assertThat(all - left).isBetween((1L << 30) - (64L << 20), (1L << 30) + (256L << 20)); // others write too
    }

    @Test
    void whatLiesThereIsCountedByItsName() throws IOException {
        Files.createDirectories(folder.resolve("a/b"));
        Files.write(folder.resolve("a/one.log"), new byte[10]);
        Files.write(folder.resolve("a/b/two.log"), new byte[20]);
        Files.write(folder.resolve("a/b/two.index"), new byte[400]);

        assertThat(Needs.bytesUnder(folder, ".log")).isEqualTo(30);
        assertThat(Needs.bytesUnder(folder, "")).isEqualTo(430);
        assertThat(Needs.bytesUnder(folder.resolve("a/one.log"), "")).isEqualTo(10);
        assertThat(Needs.bytesUnder(folder.resolve("none"), "")).isZero();
    }
}
