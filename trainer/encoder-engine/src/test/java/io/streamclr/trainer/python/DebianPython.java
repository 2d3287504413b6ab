package io.streamclr.trainer.python;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Debian's own Python, for other Pythons on the path do not see the packages of Debian. */
public final class DebianPython {

    private static final String PROGRAM = "/usr/bin/python3";

    /** Ends with 0 if there are these modules; to import PyTorch to see that would take a second or two. */
    private static final String HAS =
            "import sys, importlib.util as u; sys.exit(None in map(u.find_spec, sys.argv[1:]))";

    private final Path folder;
    private final Map<String, String> environment;

    /** @param folder that it runs in, and what it says is kept in */
    public DebianPython(Path folder) {
        this(folder, Map.of());
    }

    /** @param environment variables, beside those of this process */
    public DebianPython(Path folder, Map<String, String> environment) {
        this.folder = folder;
        this.environment = Map.copyOf(environment);
    }

    /** Skips the test where a module is missing. @param packaged the package of Debian that brings them */
    public void require(String packaged, String... modules) throws InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("-c", HAS));
        arguments.addAll(List.of(modules));
        assumeTrue(
                run(arguments.toArray(String[]::new)) == 0,
                "Skipped because " + PROGRAM + " has no " + String.join(" or no ", modules) + "; Debian's " + packaged
                        + " brings it");
    }

    /** Its exit code; -1 where there is no Python. */
    public int run(String... arguments) throws InterruptedException {
        ProcessBuilder python = new ProcessBuilder(PROGRAM);
        python.command().addAll(List.of(arguments));
        python.environment().put("OMP_NUM_THREADS", "1");
        python.environment().putAll(environment);
        try {
            return python.directory(folder.toFile())
                    .redirectOutput(folder.resolve("python.out").toFile())
                    .redirectError(folder.resolve("python.err").toFile())
                    .start()
                    .waitFor();
        } catch (IOException noPython) {
            return -1;
        }
    }

    /** What the last run printed. */
    public List<String> lines() throws IOException {
        return Files.readAllLines(folder.resolve("python.out"));
    }

    /** All that it said, also of what went wrong, for people. */
    public String said() {
        try {
            return Files.readString(folder.resolve("python.out")) + Files.readString(folder.resolve("python.err"));
        } catch (IOException unreadable) {
            return "nothing that can be read: " + unreadable;
        }
    }
}
