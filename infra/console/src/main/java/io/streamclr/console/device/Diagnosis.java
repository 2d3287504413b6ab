package io.streamclr.console.device;

import io.streamclr.trainer.bench.DeviceCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One sentence on how the child process fared.
 *
 * @param works whether the device trained, to about the processor's loss
 * @param sentence what is so, why, and what to do where it is wrong
 */
record Diagnosis(boolean works, String sentence) {

    /** Sums come in another order on a card, and TF32 may round its convolutions. */
    private static final double AGREEMENT = 0.01;

    private static final String SET_UP = "run './mvnw -Pcuda -pl trainer -am -DskipTests package' once, which brings"
            + " CUDA's and PyTorch's libraries, and start again with ./streamclr";

    /**
     * @param exitCode of the child; above 128 where a signal ended it
     * @param lines that it wrote
     */
    static Diagnosis of(String device, Host host, int exitCode, List<String> lines) {
        Optional<String> trained = lines.stream()
                .filter(line -> line.startsWith(DeviceCheck.TRAINED))
                .findFirst();
        if (exitCode == 0 && trained.isPresent()) {
            return compared(device, trained.get().split(" ", -1));
        }
        return new Diagnosis(false, device + " cannot train here: " + reason(host, exitCode, lines));
    }

    private static Diagnosis compared(String device, String[] words) {
        double processor = Double.parseDouble(words[1]);
        double card = Double.parseDouble(words[2]);
        boolean alike = Math.abs(processor - card) <= AGREEMENT * Math.abs(processor);
        return new Diagnosis(
                alike,
                String.format(
                        Locale.ROOT,
                        alike
                                ? "%s trains: two steps of a small network end at loss %.5f, %.5f on the processor"
                                : "%s computes something else: loss %.5f, %.5f on the processor; do not train on it",
                        device,
                        card,
                        processor));
    }

    private static String reason(Host host, int exitCode, List<String> lines) {
        String all = String.join("\n", lines);
        if (host.driver().isEmpty()) {
            return "no NVIDIA driver is loaded; install one (550 or newer for CUDA 12.4), or give the container the card";
        }
        if (host.libraries().isEmpty()) {
            return "PyTorch's library is the one for processors; " + SET_UP;
        }
        Path libraries = host.libraries().get();
        if (!Files.exists(libraries.resolve("libtorch_cuda.so"))) {
            return "there is no libtorch_cuda.so in PYTORCH_LIBRARY_PATH, which is " + libraries + "; " + SET_UP;
        }
        if (!Files.exists(libraries.resolve("libcudart.so"))
                || !List.of(host.searchPath().split(":", -1)).contains(libraries.toString())) {
            return "CUDA's runtime is not found; put a libcudart.so into " + libraries
                    + " and that folder into LD_LIBRARY_PATH, or " + SET_UP;
        }
        if (all.contains("symbol lookup error") || all.contains("undefined symbol") || exitCode > 128) {
            return "the native libraries in " + libraries + " do not fit each other and ended the process (exit code "
                    + exitCode + "); " + SET_UP;
        }
        if (all.contains("driver version is insufficient")) {
            return "the driver is older than CUDA 12.4 needs (" + host.driver().get() + "); install 550 or newer";
        }
        if (all.contains("no kernel image")) {
            return "the card is newer than PyTorch 2.5.1's CUDA 12.4 knows, whose newest are of the Hopper kind; train on"
                    + " another card";
        }
        return lines.isEmpty() ? "the process ended with exit code " + exitCode : lines.get(lines.size() - 1);
    }
}
