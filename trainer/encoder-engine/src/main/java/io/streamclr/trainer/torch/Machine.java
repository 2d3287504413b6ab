package io.streamclr.trainer.torch;

import ai.djl.engine.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a verdict on convolutions hangs on, as text: the processor as it shows itself, the library, and what limits it. */
final class Machine {

    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");
    private static final List<String> OF_PROCESSOR =
            List.of("vendor_id", "cpu family", "model", "model name", "stepping", "siblings", "cpu cores", "flags");

    private Machine() {}

    /** This machine, with the library that is loaded or will be. */
    static String text(Map<String, String> environment) {
        return "processor " + processor() + "\ncaches " + caches() + "\nlibrary " + library() + "\nsettings "
                + settings(environment) + "\nprocessors "
                + Runtime.getRuntime().availableProcessors();
    }

    /** Whether the processor says that it has these instructions; false where nobody knows. @param flag in Linux's words */
    static boolean has(String flag) {
        return Arrays.asList(processor().split("\\W+", -1)).contains(flag);
    }

    /** Lines of the first processor that do not change from one moment to the next. */
    private static String processor() {
        try (Stream<String> lines = Files.lines(PROCESSORS)) {
            return lines.takeWhile(line -> !line.isBlank())
                    .filter(line -> OF_PROCESSOR.contains(line.split(":", 2)[0].strip()))
                    .collect(Collectors.joining(","));
        } catch (IOException | UncheckedIOException hidden) {
            return System.getProperty("os.name") + " " + System.getProperty("os.arch");
        }
    }

    private static String caches() {
        try (Stream<Path> each = Files.list(CACHES)) {
            return each.map(cache -> cache.resolve("size"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .map(Machine::firstLine)
                    .collect(Collectors.joining(","));
        } catch (IOException hidden) {
            return "hidden";
        }
    }

    private static String firstLine(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst().orElse("");
        } catch (IOException | UncheckedIOException hidden) {
            return "hidden";
        }
    }

    private static String library() {
        Path file = Unpacking.folder().resolve(System.mapLibraryName("torch_cpu"));
        String version = Engine.getDjlVersion();
        try {
            return version + " " + file.getFileName() + " " + Files.size(file) + " "
                    + Files.getLastModifiedTime(file).toMillis();
        } catch (IOException elsewhere) {
            return version;
        }
    }

    /** All settings of how the libraries compute. */
    private static String settings(Map<String, String> environment) {
        Map<String, String> settings = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.matches("(ONEDNN|DNNL|MKL|ATEN|OMP|KMP|GOMP|TORCH|LD)_.*")) {
                settings.put(name, value);
            }
        });
        return settings.toString();
    }
}
