package io.streamclr.trainer.settings;

import io.streamclr.trainer.model.NetworkPlan.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What the processor of this machine is good at. */
public final class Processor {

    /** Instructions that multiply bfloat16 numbers, as Linux names them; without them the arithmetic is slower. */
    private static final List<String> BFLOAT16 = List.of("avx512_bf16", "amx_bf16");

    private static final Path LINUX = Path.of("/proc/cpuinfo");

    private Processor() {}

    /** The faster precision for convolutions here. */
    public static Precision fasterPrecision() {
        try {
            return fasterPrecision(Files.readString(LINUX));
        } catch (IOException unknown) {
            return Precision.FLOAT32; // fast enough anywhere
        }
    }

    /** @param description of all processors, as Linux gives it */
    static Precision fasterPrecision(String description) {
        boolean all = flags(description).allMatch(line -> line.stream().anyMatch(BFLOAT16::contains));
        boolean any = flags(description).findAny().isPresent();
        return any && all ? Precision.BFLOAT16 : Precision.FLOAT32;
    }

    /** The features of each processor. */
    private static Stream<List<String>> flags(String description) {
        return description
                .lines()
                .filter(line -> line.startsWith("flags"))
                .map(line -> Arrays.asList(
                        line.substring(line.indexOf(':') + 1).strip().split(" +", -1)));
    }
}
