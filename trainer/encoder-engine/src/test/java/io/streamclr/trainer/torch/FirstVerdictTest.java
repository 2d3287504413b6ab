package io.streamclr.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FirstVerdictTest {

    @Test
    void whatReleaseOneFoundOutIsFoundOutAgainForItSawNoWritesOutsideMemory() throws Exception {
        Path kept = Path.of(
                FirstVerdictTest.class.getResource("/version-0.1/convolutions").toURI());
        List<ConvolutionWay> offered = List.of(ConvolutionWay.values());

        assertThat(Files.isDirectory(kept)).isTrue();
        assertThat(new Verdicts(Optional.of(kept), "a machine").of(offered, "a question"))
                .isEmpty();
    }
}
