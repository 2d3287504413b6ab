package io.streamclr.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.ConvNext;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.MultiplyAdds;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.python.DebianPython;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CountedMultiplyAddsTest {

    private static final Path COUNTING = Path.of("src/test/python/count_multiply_adds.py");

    private record Network(Backbone backbone, Norm norm, int side) {

        NetworkPlan plan() {
            return new NetworkPlan(backbone, new HeadPlan(2, 0, 128, 0), norm, Normalisation.NONE, Precision.FLOAT32);
        }
    }

    /** Sides that no stride divides among them. */
    private static final List<Network> NETWORKS = List.of(
            new Network(new ResNet(18, 0.25, 1, Stem.SMALL, 1, false), Norm.BATCH, 28),
            new Network(new ResNet(18, 0.25, 1, Stem.IMAGENET, 1, false), Norm.GROUP, 75),
            new Network(new ResNet(50, 0.25, 1, Stem.SMALL2, 2, false), Norm.BATCH, 45),
            new Network(new ResNet(50, 0.25, 2, Stem.IMAGENET, 1, false), Norm.BATCH, 64),
            new Network(new VisionTransformer(2, 128, 8, 32, false), Norm.GROUP, 32),
            new Network(new VisionTransformer(2, 64, 4, 32, true), Norm.GROUP, 32),
            new Network(new ConvNext(List.of(2, 1, 2, 1), 16, Stem.SMALL), Norm.GROUP, 30),
            new Network(new ConvNext(List.of(1, 1, 1, 1), 16, Stem.IMAGENET), Norm.GROUP, 70));

    @TempDir
    private Path folder;

    @Test
    void theyAreWhatPyTorchComputesForAViewForwardAndBack() throws Exception {
        DebianPython python = new DebianPython(folder);
        python.require("python3-torch", "torch");
        List<String> arguments =
                new ArrayList<>(List.of(COUNTING.toAbsolutePath().toString()));
        List<MultiplyAdds> expected = new ArrayList<>();
        for (Network network : NETWORKS) {
            Architecture architecture = Architecture.of(network.plan());
            Path shipped = Files.createDirectory(folder.resolve(Integer.toString(expected.size())));
            Origin origin = new Origin("run", 10, 1, "00ff", "", network.side(), network.side());
            EncoderFiles.write(shipped, architecture, architecture.initialValues(1), origin);
            arguments.add(shipped.resolve(EncoderFiles.TORCHSCRIPT) + "=" + network.side());
            expected.add(network.plan().multiplyAdds(network.side(), network.side()));
        }

        int code = python.run(arguments.toArray(String[]::new));

        assertThat(code).as(python::said).isZero();
        assertThat(python.lines())
                .containsExactlyElementsOf(expected.stream()
                        .map(each -> each.forward() + " " + each.backward())
                        .toList());
    }
}
