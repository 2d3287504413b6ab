package io.streamclr.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class KeptMemoryTest {

    private static final int NUMBERS = 5_000_000;
    private static final int TENSORS = 8;
    private static final long PAGES = TENSORS * (long) NUMBERS * Float.BYTES / 4096;
    private static final int ROUNDS = 20;
    /** Of the line of a process, after its name, the number of pages that it was given without reading a disk. */
    private static final int FAULTS = 7;

    /** Together they are more than glibc has in one piece for a thread. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void theMemoryThatTensorsLeaveIsTakenByThoseThatComeNext() throws IOException {
        assumeFalse(NativeSwitches.saysHowToKeepMemory(System.getenv()), "this environment has it otherwise");
        try (Torch torch = Torch.open(1)) {
            fill(torch);
            long before = faults();
            for (int round = 0; round < ROUNDS; round++) {
                fill(torch);
            }

            assertThat(faults() - before).isLessThan(2 * PAGES);
        }
    }

    @Test
    void whatTheEnvironmentSaysOfThisMemoryStands() {
        for (String name :
                List.of("MALLOC_TRIM_THRESHOLD_", "MALLOC_TOP_PAD_", "MALLOC_MMAP_MAX_", "MALLOC_MMAP_THRESHOLD_")) {
            assertThat(NativeSwitches.saysHowToKeepMemory(Map.of(name, "1")))
                    .as(name)
                    .isTrue();
        }
        assertThat(NativeSwitches.saysHowToKeepMemory(Map.of("GLIBC_TUNABLES", "glibc.malloc.check=3")))
                .isTrue();
        assertThat(NativeSwitches.saysHowToKeepMemory(
                        Map.of("MALLOC_ARENA_MAX", "2", "GLIBC_TUNABLES", "glibc.elision.enable=0")))
                .isFalse();
    }

    private static void fill(Torch torch) {
        try (Scope scope = torch.scope()) {
            for (int i = 0; i < TENSORS; i++) {
                scope.zeros(NUMBERS);
            }
        }
    }

    private static long faults() throws IOException {
        String line = Files.readString(Path.of("/proc/self/stat"));
        return Long.parseLong(line.substring(line.lastIndexOf(')') + 2).split(" ", -1)[FAULTS]);
    }
}
