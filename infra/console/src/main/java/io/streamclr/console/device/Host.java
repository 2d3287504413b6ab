package io.streamclr.console.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a host has for a graphics card.
 *
 * @param driver the first line of what NVIDIA's driver says of itself; empty where none is loaded
 * @param libraries PyTorch's folder of native libraries, if one is named; otherwise those for processors are used
 * @param searchPath where the system looks for shared libraries beside its own folders
 */
record Host(Optional<String> driver, Optional<Path> libraries, String searchPath) {

    private static final Path DRIVER = Path.of("/proc/driver/nvidia/version");

    static Host here(Map<String, String> environment) {
        Optional<String> driver = Optional.empty();
        try (Stream<String> lines = Files.lines(DRIVER)) {
            driver = lines.findFirst();
        } catch (IOException none) {
            driver = Optional.empty();
        }
        return new Host(
                driver,
                Optional.ofNullable(environment.get("PYTORCH_LIBRARY_PATH")).map(Path::of),
                environment.getOrDefault("LD_LIBRARY_PATH", ""));
    }
}
