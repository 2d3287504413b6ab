package io.streamclr.trainer.run;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.trainer.settings.TrainConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A training process that prints after every step what it holds: step, resident kB, open native arrays. */
final class MemoryRun {

    private MemoryRun() {}

    /** @param arguments those of {@code streamclr train}, the first one left out, which is where to print to */
    public static void main(String[] arguments) throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        TrainConfig config = SmallRuns.config(Arrays.copyOfRange(arguments, 1, arguments.length));
        StringBuilder held = new StringBuilder();
        new Training(config, registry).run(report -> held.append(report.step())
                .append(' ')
                .append(residentKilobytes())
                .append(' ')
                .append((long)
                        registry.get("streamclr.trainer.native.arrays").gauge().value())
                .append('\n'));
        Files.writeString(Path.of(arguments[0]), held);
    }

    private static long residentKilobytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException noLinux) {
            throw new UncheckedIOException(noLinux);
        }
    }
}
