package io.streamclr.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** Kustomize, where this machine has it. */
final class Kustomize {

    private static final List<List<String>> COMMANDS =
            List.of(List.of("kubectl", "kustomize"), List.of("kustomize", "build"));

    private Kustomize() {}

    /** What it prints of a folder; skips a test where it is not there. */
    static String build(Path folder) throws IOException, InterruptedException {
        for (List<String> command : COMMANDS) {
            Process process;
            try {
                process = new ProcessBuilder(command.get(0), command.get(1), folder.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
            } catch (IOException absent) {
                continue;
            }
            String objects = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(command + " failed");
            }
            return objects;
        }
        Assumptions.abort("neither kubectl nor kustomize is on this machine");
        return "";
    }
}
