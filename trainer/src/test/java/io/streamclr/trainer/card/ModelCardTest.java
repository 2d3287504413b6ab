package io.streamclr.trainer.card;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.card.ScoreRows.Row;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.python.DebianPython;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {

    private static final int SIDE = 32;

    @TempDir
    private Path folder;

    private ObjectNode ship(double width, Stem stem, Normalisation pixels) throws IOException {
        return ship(new NetworkPlan(18, width, stem, HeadPlan.NONE, false, pixels, Precision.FLOAT32));
    }

    private ObjectNode ship(NetworkPlan plan) throws IOException {
        Architecture architecture = Architecture.of(plan);
        Origin origin = new Origin("run", 10, 1, "00ff", "cifar,size=32", SIDE, SIDE);
        EncoderFiles.write(folder, architecture, architecture.initialValues(1), origin);
        ObjectNode description =
                EncoderCard.description(folder.resolve("encoder.json")).orElseThrow();
        assertThat(EncoderCard.write(folder, description, List.of())).isTrue();
        return description;
    }

    private String card() throws IOException {
        return Files.readString(folder.resolve("README.md"));
    }

    private String snippet(String title) throws IOException {
        Matcher found = Pattern.compile("### " + title + "\n\n```[a-z]+\n(.*?)```\n", Pattern.DOTALL)
                .matcher(card());
        assertThat(found.find()).as(card()).isTrue();
        return found.group(1);
    }

    @Test
    void whitenedFeaturesAreSaidToBeAndOtherLibrariesHaveNone() throws Exception {
        NetworkPlan plan =
                new NetworkPlan(18, 1, Stem.IMAGENET, HeadPlan.NONE, false, Normalisation.IMAGENET, Precision.FLOAT32);

        ship(plan);
        assertThat(card()).contains(" 512 features").contains("### torchvision").contains("### timm");
        ship(plan.whitened(true));
        assertThat(card())
                .contains(" 512 whitened features")
                .contains("### PyTorch")
                .doesNotContain("### torchvision")
                .doesNotContain("### timm");
    }

    @Test
    void whatItShowsOfPythonRunsAndGivesTheSameFeatures() throws Exception {
        DebianPython python = new DebianPython(folder);
        python.require("python3-torchvision", "torch", "torchvision");
        ship(1, Stem.IMAGENET, Normalisation.IMAGENET);
        if (python.run("-c", "import safetensors.torch") != 0) {
            // Its one function, by the reader that our documents show for those who have no such package.
            Path library = Files.createDirectories(folder.resolve("safetensors"));
            Files.writeString(library.resolve("__init__.py"), "");
            Files.writeString(library.resolve("torch.py"), reader());
        }
        Path script = Files.writeString(
                folder.resolve("card.py"),
                seeded("PyTorch")
                        + "first = features\n"
                        + seeded("torchvision")
                        + "assert first.shape == features.shape == (1, 512)\n"
                        + "assert torch.allclose(first, features, rtol=1e-4, atol=1e-5)\n");

        int code = python.run(script.toString());

        assertThat(code).as(python::said).isZero();
    }

    /** As it stands, with the same images every time. */
    private String seeded(String title) throws IOException {
        return snippet(title).replace("images = ", "torch.manual_seed(1)\nimages = ");
    }

    private static String reader() throws IOException {
        Path documents = Path.of("").toAbsolutePath().getParent();
        Matcher reader = Pattern.compile("```python\n(import json\nimport struct\n.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(documents.resolve("docs/encoders.md")));
        assertThat(reader.find()).isTrue();
        return reader.group(1).replace("import torchvision\n", "") + "\n\nload_file = read_safetensors\n";
    }

    @Test
    void whatItShowsOfTimmRuns() throws Exception {
        DebianPython python = new DebianPython(folder);
        python.require("python3-torch and PyPI's timm and safetensors", "torch", "timm", "safetensors");
        ship(1, Stem.IMAGENET, Normalisation.NONE);
        Path script =
                Files.writeString(folder.resolve("card.py"), snippet("timm") + "assert features.shape == (1, 512)\n");

        assertThat(python.run(script.toString())).as(python::said).isZero();
    }

    @Test
    void whatItShowsOfDjlCompilesAndRuns() throws Exception {
        ship(1.0 / 16, Stem.SMALL2, Normalisation.NONE);
        String body = snippet("DJL").replace("\"encoder.pt\"", "\"" + folder.resolve("encoder.pt") + "\"");
        assertThat(body).contains("float[] features = ");
        Path source = Files.writeString(
                folder.resolve("Shown.java"),
                """
                import ai.djl.inference.Predictor;
                import ai.djl.ndarray.*;
                import ai.djl.ndarray.types.Shape;
                import ai.djl.repository.zoo.*;
                import java.nio.file.Path;

                public class Shown {
                    public static int run() throws Exception {
                """
                        + body.replace("float[] features = ", "return ")
                                .replace(".toFloatArray();", ".toFloatArray().length;")
                        + "}}\n");

        int code = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        "-d",
                        folder.toString(),
                        source.toString());

        assertThat(code).isZero();
        try (URLClassLoader shown = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            assertThat(shown.loadClass("Shown").getMethod("run").invoke(null)).isEqualTo(32);
        }
    }

    @Test
    void othersNetworksAreShownWhereTheyAreTheSameOnly() throws IOException {
        ship(0.25, Stem.IMAGENET, Normalisation.NONE);
        assertThat(card()).doesNotContain("timm").doesNotContain("torchvision").doesNotContain("ONNX");

        ship(1, Stem.SMALL2, Normalisation.NONE);
        assertThat(card()).doesNotContain("timm").doesNotContain("torchvision");

        Files.write(folder.resolve("encoder.onnx"), new byte[1]);
        ObjectNode description = ship(1, Stem.IMAGENET, Normalisation.NONE);
        assertThat(card())
                .contains("timm.create_model(\"resnet18\", num_classes=0)")
                .contains("{\"images\": images}")
                .startsWith("---\npipeline_tag: image-feature-extraction\ntags:\n- self-supervised-learning\n");
        description.putObject("onnx").put("input", "bytes");
        EncoderCard.write(folder, description, List.of());
        assertThat(card()).contains("numpy.zeros((1, 32, 32, 3), numpy.uint8)").contains("{\"bytes\": images}");
    }

    @Test
    void aViTsPatchesAndTheOnlySizeThatItTakesAreSaid() throws IOException {
        Architecture vit = Architecture.of(new NetworkPlan(
                new VisionTransformer(1, 64, 8, 16, false),
                HeadPlan.NONE,
                Norm.GROUP,
                Normalisation.NONE,
                Precision.FLOAT32));
        EncoderFiles.write(folder, vit, vit.initialValues(1), new Origin("r", 1, 1, "", 16, 16));
        EncoderCard.write(
                folder, EncoderCard.description(folder.resolve("encoder.json")).orElseThrow(), List.of());

        assertThat(card())
                .contains("`vit-1x64`, width `64`, patch `8`")
                .contains("it was trained on views of 16 x 16 pixels and takes no other size");

        ship(1, Stem.IMAGENET, Normalisation.IMAGENET);
        assertThat(card()).doesNotContain("takes no other size", "patch `");
    }

    @Test
    void floorsStandBesideTheScores() throws IOException {
        ObjectNode description = ship(0.25, Stem.SMALL2, Normalisation.NONE);
        description.putObject("scores").put("feature_rank", 12.34567);

        EncoderCard.write(
                folder,
                description,
                List.of(new ScoreRows(
                        "streamclr probe",
                        List.of("kNN (k=20)"),
                        List.of(new Row("raw pixels", List.of("31.0 %")), new Row("encoder", List.of("52.5 %"))))));

        assertThat(card())
                .contains("| `feature_rank` | 12.3457 |")
                .contains("| | kNN (k=20) |\n| --- | --- |\n| raw pixels | 31.0 % |\n| encoder | 52.5 % |\n");
    }

    @Test
    void namesThatUsersGaveAreNeverMarkdown() throws IOException {
        ObjectNode description = ship(0.25, Stem.SMALL2, Normalisation.NONE);
        description.putObject("weights").put("file", "a`b|c\n# Owned <script>").put("sha256", "00");
        description.put("architecture", "resnet18\n- owned: yes");

        EncoderCard.write(folder, description, List.of());

        assertThat(card())
                .contains("| started from | `a'b\\|c\\u000a# Owned <script>`, SHA-256 `00` |")
                .doesNotContain("\n# Owned")
                .doesNotContain("\n- owned");
    }

    @Test
    void theSameFactsGiveTheSameCardAndOneOfSomebodyElseStays() throws IOException {
        ObjectNode description = ship(0.25, Stem.SMALL2, Normalisation.NONE);
        String first = card();
        EncoderCard.write(folder, (ObjectNode) new ObjectMapper().readTree(description.toString()), List.of());
        assertThat(card()).isEqualTo(first);

        Files.writeString(folder.resolve("README.md"), "# My own words\n");

        assertThat(EncoderCard.write(folder, description, List.of())).isFalse();
        assertThat(card()).isEqualTo("# My own words\n");
    }
}
