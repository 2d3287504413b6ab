package io.streamclr.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our networks on paper against torchvision's own. */
class TorchvisionTest {

    /** Debian's own, which other Pythons on the path do not see the packages of. */
    private static final String PYTHON = "/usr/bin/python3";

    /** Ends with 0 if there are these modules; to import PyTorch to see that would take a second or two. */
    private static final String HAS =
            "import sys, importlib.util as u; sys.exit(None in map(u.find_spec, sys.argv[1:]))";

    private static final List<Integer> DEPTHS = List.of(18, 34, 50, 101);

    @TempDir
    private Path folder;

    @Test
    void namesShapesAndCountsAreTorchvisions() throws Exception {
        assumeTrue(
                run(PYTHON, "-c", HAS, "torchvision") == 0,
                "Skipped because " + PYTHON + " has no torchvision; Debian's python3-torchvision brings it");
        Path script = Path.of(getClass().getResource("/python/names.py").toURI());
        List<String> expected = new ArrayList<>();
        for (int depth : DEPTHS) {
            Architecture architecture = Architecture.of(new NetworkPlan(
                    depth, 1, Stem.IMAGENET, HeadPlan.REFERENCE, false, Normalisation.NONE, Precision.FLOAT32));
            long classifier = 1000L * architecture.plan().features() + 1000;
            expected.add(depth + " parameters " + (architecture.encoderParameters() + classifier));
            architecture.slots().stream().filter(Slot::ofEncoder).forEach(slot -> {
                expected.add(depth + " " + slot.name() + " " + shape(slot));
                if (slot.name().endsWith("running_var")) {
                    expected.add(depth + " " + slot.name().replace("running_var", "num_batches_tracked") + " number");
                }
            });
        }

        int code = run(PYTHON, script.toString(), "18", "34", "50", "101");

        assertThat(code).isZero();
        assertThat(Files.readAllLines(folder.resolve("python.log"))).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String shape(Slot slot) {
        return Arrays.stream(slot.shape()).mapToObj(Long::toString).collect(Collectors.joining("x"));
    }

    private int run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectOutput(folder.resolve("python.log").toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException noPython) {
            return -1;
        }
    }
}
