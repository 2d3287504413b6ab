package io.streamclr.console.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a card is said in one sentence that says what to do. */
class DiagnosisTest {

    private static final Optional<String> DRIVER = Optional.of("NVRM version: NVIDIA UNIX x86_64 Kernel Module 550.54");

    @TempDir
    Path libraries;

    @Test
    void aCardThatAgreesWithTheProcessorWorks() {
        Diagnosis diagnosis = Diagnosis.of("gpu:0", good(), 0, List.of("warning", "trained 4.1250 4.1251"));

        assertThat(diagnosis.works()).isTrue();
        assertThat(diagnosis.sentence())
                .isEqualTo("gpu:0 trains: two steps of a small network end at loss 4.12510, 4.12500 on the processor");
    }

    @Test
    void aCardThatComputesSomethingElseIsNotToBeTrainedOn() {
        assertThat(Diagnosis.of("gpu:0", good(), 0, List.of("trained 4.1250 3.9"))
                        .works())
                .isFalse();
        assertThat(Diagnosis.of("gpu:0", good(), 0, List.of("trained 4.1250 NaN"))
                        .works())
                .isFalse();
    }

    @Test
    void aMissingDriverIsNamedFirst() {
        assertThat(wrong(new Host(Optional.empty(), Optional.of(libraries), ""), 1))
                .contains("no NVIDIA driver is loaded; install one");
    }

    @Test
    void theProcessorsLibraryIsNamedWithTheCommandThatBringsTheOther() {
        assertThat(wrong(new Host(DRIVER, Optional.empty(), ""), 1))
                .contains("PyTorch's library is the one for processors; run './mvnw -Pcuda");
    }

    @Test
    void aFolderWithoutCudaIsNamed() {
        assertThat(wrong(new Host(DRIVER, Optional.of(libraries), ""), 1))
                .contains("there is no libtorch_cuda.so in PYTORCH_LIBRARY_PATH, which is " + libraries);
    }

    @Test
    void aRuntimeThatIsNotFoundIsNamed() throws Exception {
        Files.createFile(libraries.resolve("libtorch_cuda.so"));
        Files.createFile(libraries.resolve("libcudart.so"));

        assertThat(wrong(new Host(DRIVER, Optional.of(libraries), "/usr/lib"), 1))
                .contains("CUDA's runtime is not found");
    }

    @Test
    void librariesThatDoNotFitEachOtherAreNamed() {
        assertThat(wrong(good(), 127, "java: symbol lookup error: libdjl_torch.so: undefined symbol: _ZN3c10"))
                .contains("do not fit each other and ended the process (exit code 127)");
        assertThat(wrong(good(), 134)).contains("do not fit each other");
    }

    @Test
    void anOldDriverAndANewCardAreNamed() {
        assertThat(wrong(good(), 1, "CUDA driver version is insufficient for CUDA runtime version"))
                .contains("older than CUDA 12.4 needs (NVRM version");
        assertThat(wrong(good(), 1, "CUDA error: no kernel image is available for execution on the device"))
                .contains("newer than PyTorch 2.5.1's CUDA 12.4 knows");
    }

    @Test
    void anythingElseIsToldAsTheProcessToldIt() {
        assertThat(wrong(good(), 1, "out of memory")).isEqualTo("gpu:0 cannot train here: out of memory");
    }

    private static String wrong(Host host, int exitCode, String... lines) {
        Diagnosis diagnosis = Diagnosis.of("gpu:0", host, exitCode, List.of(lines));
        assertThat(diagnosis.works()).isFalse();
        return diagnosis.sentence();
    }

    private Host good() {
        try {
            for (String name : List.of("libtorch_cuda.so", "libcudart.so")) {
                if (Files.notExists(libraries.resolve(name))) {
                    Files.createFile(libraries.resolve(name));
                }
            }
        } catch (IOException noTemp) {
            throw new UncheckedIOException(noTemp);
        }
        return new Host(DRIVER, Optional.of(libraries), "/usr/lib:" + libraries);
    }
}
