package io.streamclr.trainer.encoder;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.torch.ScriptModule;
import io.streamclr.trainer.weights.GivenWeights;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A network and the layer that says which class an image is of, as others use them: {@value #TORCHSCRIPT} for PyTorch,
 * C++ and DJL, and {@value #DESCRIPTION}, which says what it is.
 */
public final class ClassifierFiles {

    /**
     * A TorchScript archive. {@code forward} takes floats in [0, 1] of shape (N, 3, H, W) and {@code classify} unsigned
     * bytes of shape (N, H, W, 3); both give a score for each class, (N, C), whose softmax is the share that the
     * network gives it. {@code embed} takes bytes too and gives features h, (N, F). {@code class_names} gives the names
     * of the C classes in their order. Where layers of the projection head were fine-tuned too, {@code project} takes h
     * through them to what the layer {@code fc} takes, (N, D).
     */
    public static final String TORCHSCRIPT = "classifier.pt";

    public static final String DESCRIPTION = "classifier.json";

    private static final String LAYER = "fc";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /**
     * The layer after the features.
     *
     * @param classNames one for each class
     * @param weight (classes, features), row-major; the features are of the network's last layer before this one
     * @param bias one number for each class
     */
    public record Layer(List<String> classNames, float[] weight, float[] bias) {

        public Layer {
            classNames = List.copyOf(classNames);
            if (classNames.size() != bias.length) {
                throw new IllegalArgumentException(
                        classNames.size() + " names do not fit a layer of " + bias.length + " classes");
            }
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }

        @Override
        public String toString() {
            return "Layer" + classNames;
        }
    }

    private ClassifierFiles() {}

    /** Whether this is the name of an archive with a classifier in it. */
    public static boolean isOne(Path archive) {
        return archive.getFileName().toString().equals(TORCHSCRIPT);
    }

    /**
     * Writes both files into a folder that exists.
     *
     * @param architecture of the network, without a head or with the first layers of one
     * @param values of every tensor of the network, by name
     * @param origin of the encoder that was trained on with labels
     * @param more what the description says besides
     * @throws FileAlreadyExistsException if one of the files is there
     */
    public static void write(
            Path folder,
            Architecture architecture,
            Map<String, float[]> values,
            Layer layer,
            Origin origin,
            ObjectNode more)
            throws IOException {
        ObjectNode description = EncoderFiles.describe(architecture.plan(), origin);
        ObjectNode input = description.withObjectProperty("input");
        int headLayers = architecture.plan().head().layers();
        if (headLayers == 0) {
            description.remove("embedding");
            input.remove("project");
        } else {
            description.put("head_layers", headLayers);
        }
        input.put("classify", input.path("embed").asText());
        layer.classNames().forEach(description.putArray("classes")::add);
        description.setAll(more);
        try (OutputStream out = new BufferedOutputStream(
                Files.newOutputStream(folder.resolve(TORCHSCRIPT), StandardOpenOption.CREATE_NEW), 1 << 16)) {
            module(architecture, values, layer, origin.step()).writeTo(out, "classifier");
        }
        Files.write(folder.resolve(DESCRIPTION), JSON.writeValueAsBytes(description), StandardOpenOption.CREATE_NEW);
    }

    /**
     * The layer of a classifier, named by the description beside it.
     *
     * @param features that the layer takes
     * @throws RefusalException if it cannot be read
     */
    public static Layer layer(Path archive, int features) {
        Path description = archive.toAbsolutePath().resolveSibling(DESCRIPTION);
        try {
            List<String> names = new ArrayList<>();
            EncoderFiles.read(description).path("classes").forEach(name -> names.add(name.asText()));
            return new Layer(
                    names,
                    GivenWeights.tensor(archive, LAYER + ".weight", names.size(), features),
                    GivenWeights.tensor(archive, LAYER + ".bias", names.size()));
        } catch (IOException | IllegalArgumentException broken) {
            throw new RefusalException(
                    "The classifier " + archive + " cannot be read by its description " + description + " ("
                            + FileFault.of(broken) + "); put both back as StreamCLR wrote them",
                    broken);
        }
    }

    private static ScriptModule module(Architecture architecture, Map<String, float[]> values, Layer layer, long step) {
        String names = layer.classNames().stream().map(ClassifierFiles::literal).collect(Collectors.joining(", "));
        String features =
                architecture.plan().head().layers() == 0 ? "self.to_features(y)" : "self.project(self.to_features(y))";
        ScriptModule module = EncoderFiles.module(
                "Classifier",
                """
                  def scores(self, y: Tensor) -> Tensor:
                    return torch.linear(FEATURES, self.fc.weight, self.fc.bias)  # (N, C) from what is normalised
                  def forward(self, x: Tensor) -> Tensor:
                    return self.scores(self.pixels(x))  # (N, C) from (N, 3, H, W)
                  def classify(self, x: Tensor) -> Tensor:
                    return self.scores(self.bytes(x))  # (N, C) from (N, H, W, 3)
                  def class_names(self) -> List[str]:
                """.replace("FEATURES", features).indent(0) + "    return [" + names + "]\n",
                architecture,
                values,
                step);
        int classes = layer.bias().length;
        module.child(LAYER, "Classifier_" + LAYER)
                .withParameter("weight", layer.weight(), classes, layer.weight().length / classes)
                .withParameter("bias", layer.bias(), classes);
        return module;
    }

    /**
     * A text as TorchScript's parser reads it: what is not plain ASCII as the octal numbers of its bytes in UTF-8. So is a
     * dot, because {@code torch.float32} may be the name of a class and would become a number.
     */
    private static String literal(String text) {
        StringBuilder literal = new StringBuilder("\"");
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = each >= ' ' && each < 127 && "\".\\".indexOf(each) < 0;
            literal.append(plain ? Character.toString(each) : String.format("\\%03o", each & 0xff));
        }
        return literal.append('"').toString();
    }
}
