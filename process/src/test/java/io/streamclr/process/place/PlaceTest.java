package io.streamclr.process.place;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PlaceTest {

    @Test
    void aPathIsAPathOfThisMachine() {
        assertThat(Place.of("some/where")).isEqualTo(Path.of("some/where"));
        assertThat(Place.of("file:///some/where")).isEqualTo(Path.of("/some/where"));
    }

    @Test
    void aUriIsResolvedByAProviderOnTheClassPath() throws IOException {
        try (FileSystem memory = Jimfs.newFileSystem("place", Configuration.unix())) {
            assertThat(Place.of("jimfs://place/runs")).isEqualTo(memory.getPath("/runs"));
        }
    }

    @Test
    void aUriThatNobodyKnowsIsRefusedWithWhatIsMissing() {
        assertThatThrownBy(() -> Place.of("s3://bucket/runs"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The place s3://bucket/runs cannot be used, because nothing on the class path knows s3:"
                        + " places; name the jars of a java.nio.file provider for them in STREAMCLR_CLASSPATH, or give"
                        + " a folder of this machine");
    }

    @Test
    void aUriThatItsProviderCannotUseIsRefused() {
        assertThatThrownBy(() -> Place.of("jimfs://never-made/runs"))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("The place jimfs://never-made/runs cannot be used (")
                .hasMessageEndingWith("); check how it is written");
    }
}
