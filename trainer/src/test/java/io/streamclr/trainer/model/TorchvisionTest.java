package io.streamclr.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.python.DebianPython;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our networks on paper against torchvision's own. */
class TorchvisionTest {

    private static final List<Integer> DEPTHS = List.of(18, 34, 50, 101, 152);

    @TempDir
    private Path folder;

    private DebianPython python;

    @BeforeEach
    void findPython() {
        python = new DebianPython(folder);
    }

    @Test
    void namesShapesAndCountsAreTorchvisions() throws Exception {
        python.require("python3-torchvision", "torchvision");
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

        int code = python.run(script.toString(), "18", "34", "50", "101", "152");

        assertThat(code).isZero();
        assertThat(python.lines()).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String shape(Slot slot) {
        return Arrays.stream(slot.shape()).mapToObj(Long::toString).collect(Collectors.joining("x"));
    }
}
