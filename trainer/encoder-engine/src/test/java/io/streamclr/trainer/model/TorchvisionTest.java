package io.streamclr.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.python.DebianPython;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our networks on paper against torchvision's own. */
class TorchvisionTest {

    private static final Map<String, Backbone> NETWORKS = new LinkedHashMap<>();

    static {
        for (int depth : List.of(10, 18, 34, 50, 101, 152)) {
            NETWORKS.put("resnet" + depth, new ResNet(depth, 1, 1, Stem.IMAGENET, 1, false));
        }
        NETWORKS.put("wide_resnet50_2", ResNet.named("wide-resnet50", Stem.IMAGENET, false));
        NETWORKS.put("wide_resnet101_2", ResNet.named("wide-resnet101", Stem.IMAGENET, false));
        NETWORKS.put("vit_b_16", VisionTransformer.named("vit-base", 16, 224, false));
        NETWORKS.put("convnext_tiny", ConvNext.named("convnext-tiny", Stem.IMAGENET));
    }

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
        for (Map.Entry<String, Backbone> each : NETWORKS.entrySet()) {
            String model = each.getKey();
            Architecture architecture = Architecture.of(new NetworkPlan(
                    each.getValue(), HeadPlan.REFERENCE, Norm.BATCH, Normalisation.NONE, Precision.FLOAT32));
            long classifier = 1000L * architecture.plan().features() + 1000;
            expected.add(model + " parameters " + (architecture.encoderParameters() + classifier));
            architecture.slots().stream().filter(Slot::ofEncoder).forEach(slot -> {
                expected.add(model + " " + slot.name() + " " + shape(slot));
                if (slot.name().endsWith("running_var")) {
                    expected.add(model + " " + slot.name().replace("running_var", "num_batches_tracked") + " number");
                }
            });
        }
        List<String> arguments = new ArrayList<>(List.of(script.toString()));
        arguments.addAll(NETWORKS.keySet());

        int code = python.run(arguments.toArray(String[]::new));

        assertThat(code).isZero();
        assertThat(python.lines()).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static String shape(Slot slot) {
        return Arrays.stream(slot.shape()).mapToObj(Long::toString).collect(Collectors.joining("x"));
    }
}
