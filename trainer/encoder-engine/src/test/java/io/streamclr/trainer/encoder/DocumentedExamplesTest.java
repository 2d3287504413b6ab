package io.streamclr.trainer.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.ConvNext;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.python.DebianPython;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Python that our documents show, run as it stands there. */
class DocumentedExamplesTest {

    private static final Path DOCUMENTS =
            Path.of("").toAbsolutePath().getParent().getParent();
    private static final Pattern EXAMPLE =
            Pattern.compile("^```python\n(.*?)^```\n", Pattern.MULTILINE | Pattern.DOTALL);
    private static final int SIDE = 24;

    @TempDir
    private Path folder;

    private DebianPython python;

    @BeforeEach
    void needPython() throws Exception {
        python = new DebianPython(folder);
        python.require("python3-torchvision", "torch", "torchvision");
    }

    @Test
    void theReadmesExampleTrainsAnEncoderOnFoldersOfImages() throws Exception {
        ship(folder, plan(18, 1.0 / 8, Stem.SMALL2).withStages(2));
        Random random = new Random(4);
        Map<String, Color> classes =
                Map.of("blue", new Color(70, 70, 190), "green", new Color(70, 190, 70), "red", new Color(190, 70, 70));
        for (Map.Entry<String, Color> each : classes.entrySet()) {
            Path of = Files.createDirectories(folder.resolve("images").resolve(each.getKey()));
            for (int i = 0; i < 40; i++) {
                ImageIO.write(
                        noisy(each.getValue(), random),
                        "png",
                        of.resolve(i + ".png").toFile());
            }
        }
        Path example = Files.writeString(folder.resolve("example.py"), examples("README.md"));

        int code = python.run(example.toString());

        assertThat(code).as(python.said()).isZero();
        assertThat(python.lines()).hasSize(10).allMatch(line -> line.startsWith("epoch "));
        double accuracy = Double.parseDouble(python.lines().get(9).replaceFirst(".* ", ""));
        assertThat(accuracy).as(python.said()).isGreaterThan(0.9);
        assertThat(folder.resolve("fine-tuned.pt")).isNotEmptyFile();
    }

    @Test
    void torchvisionsNetworksLoadEncodersOfEveryKind() throws Exception {
        ship(folder, plan(18, 1, Stem.IMAGENET));
        ship(folder.resolve("demo"), plan(18, 0.25, Stem.SMALL2).withStages(2));
        ship(folder.resolve("groups"), plan(34, 1.0 / 8, Stem.SMALL).withNorm(Norm.GROUP));
        ship(
                folder.resolve("deep"),
                new NetworkPlan(
                                50,
                                1.0 / 16,
                                Stem.IMAGENET,
                                HeadPlan.REFERENCE,
                                false,
                                Normalisation.IMAGENET,
                                Precision.FLOAT32)
                        .withStages(4));
        shipClassifier();
        NetworkPlan small = plan(18, 1.0 / 8, Stem.SMALL2);
        ship(folder.resolve("wide"), small.with(new ResNet(50, 1.0 / 16, 2, Stem.SMALL2, 1, false)));
        ship(folder.resolve("late"), small.with(new ResNet(10, 1.0 / 16, 1, 2, Stem.SMALL2, 2, false)));
        ship(folder.resolve("vit"), small.with(new VisionTransformer(2, 128, 8, SIDE, true)));
        ship(folder.resolve("convnext"), small.with(new ConvNext(List.of(1, 1, 2, 1), 8, Stem.SMALL2)));
        Path shown = Files.writeString(folder.resolve("encoders.py"), examples("docs/encoders.md"));
        Path script = Path.of(getClass().getResource("/python/documented.py").toURI());

        int code = python.run(
                script.toString(),
                shown.toString(),
                Integer.toString(SIDE),
                "demo",
                "groups",
                "deep",
                "wide",
                "late",
                "vit",
                "convnext");

        assertThat(code).as(python.said()).isZero();
    }

    private static NetworkPlan plan(int depth, double width, Stem stem) {
        return new NetworkPlan(depth, width, stem, HeadPlan.REFERENCE, false, Normalisation.NONE, Precision.FLOAT32);
    }

    /** An encoder whose scales and statistics are not those of the beginning. */
    private static void ship(Path place, NetworkPlan plan) throws IOException {
        Architecture architecture = Architecture.of(plan);
        Map<String, float[]> values = architecture.initialValues(5);
        Random random = new Random(6);
        values.forEach((name, tensor) -> {
            if (name.endsWith("running_var") || name.endsWith("bn1.weight") || name.endsWith("layer_scale")) {
                for (int i = 0; i < tensor.length; i++) {
                    tensor[i] = 0.5f + random.nextFloat();
                }
            }
        });
        EncoderFiles.write(
                Files.createDirectories(place),
                architecture,
                values,
                new Origin("run", 10, 1, "00ff00ff00ff00ff", "cifar,size=" + SIDE, SIDE, SIDE));
    }

    private void shipClassifier() throws IOException {
        NetworkPlan plan =
                new NetworkPlan(18, 1.0 / 16, Stem.SMALL, HeadPlan.NONE, false, Normalisation.NONE, Precision.FLOAT32);
        Architecture architecture = Architecture.of(plan);
        ClassifierFiles.write(
                folder,
                architecture,
                architecture.initialValues(1),
                new ClassifierFiles.Layer(
                        List.of("never", "always"), new float[2 * plan.features()], new float[] {0, 3}),
                new Origin("run", 10, 1, "", SIDE, SIDE),
                new ObjectMapper().createObjectNode());
    }

    private static BufferedImage noisy(Color colour, Random random) {
        BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int noise = random.nextInt(60);
                image.setRGB(
                        x,
                        y,
                        new Color(colour.getRed() + noise, colour.getGreen() + noise, colour.getBlue() + noise)
                                .getRGB());
            }
        }
        return image;
    }

    /** All Python of a document, one example after the other. */
    private static String examples(String document) throws IOException {
        Matcher examples = EXAMPLE.matcher(Files.readString(DOCUMENTS.resolve(document)));
        String all = examples.results().map(example -> example.group(1)).collect(Collectors.joining("\n\n"));
        assertThat(all).as(document).isNotEmpty();
        return all;
    }
}
