package io.streamclr.trainer.card;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** How other programs load an encoder, in a few lines each; only what is true of its files and of its network. */
final class Snippets {

    private static final int USUAL_SIDE = 224;
    /** Which torchvision and timm build by the same names. */
    private static final Set<String> SHARED = Set.of("resnet18", "resnet34", "resnet50", "resnet101", "resnet152");

    private final JsonNode about;
    private final Set<Shipped> files;
    private final int height;
    private final int width;
    private final int features;

    Snippets(JsonNode about, Set<Shipped> files) {
        this.about = about;
        this.files = files;
        this.height = side("trained_height");
        this.width = side("trained_width");
        this.features = about.path("features").asInt();
    }

    private int side(String name) {
        int side = about.path("input").path(name).asInt();
        return side > 0 ? side : USUAL_SIDE;
    }

    /** Code in Markdown, by what it is for. */
    Map<String, String> sections() {
        Map<String, String> sections = new LinkedHashMap<>();
        if (files.contains(Shipped.TORCHSCRIPT)) {
            sections.put("PyTorch", code("python", """
                    import torch

                    encoder = torch.jit.load("encoder.pt")
                    images = torch.rand(1, 3, %d, %d)  # RGB in [0, 1]
                    with torch.no_grad():
                        features = encoder(images)  # (1, %d)
                    """, height, width, features));
            sections.put("DJL", code("java", """
                    Criteria<NDList, NDList> criteria = Criteria.builder().setTypes(NDList.class, NDList.class)
                            .optModelPath(Path.of("encoder.pt")).optEngine("PyTorch").build();
                    try (ZooModel<NDList, NDList> model = criteria.loadModel();
                            Predictor<NDList, NDList> encoder = model.newPredictor();
                            NDManager manager = NDManager.newBaseManager("PyTorch")) {
                        NDArray images = manager.ones(new Shape(1, 3, %d, %d)); // RGB in [0, 1]
                        float[] features = encoder.predict(new NDList(images)).get(0).toFloatArray(); // %d numbers
                    }
                    """, height, width, features));
        }
        if (files.contains(Shipped.ONNX)) {
            boolean bytes = about.path("onnx").path("input").asText().equals("bytes");
            String images = bytes
                    ? "numpy.zeros((1, %d, %d, 3), numpy.uint8)  # RGB".formatted(height, width)
                    : "numpy.zeros((1, 3, %d, %d), numpy.float32)  # RGB in [0, 1]".formatted(height, width);
            sections.put("ONNX Runtime", code("python", """
                    import numpy
                    import onnxruntime

                    session = onnxruntime.InferenceSession("encoder.onnx")
                    images = %s
                    features = session.run(["features"], {"%s": images})[0]  # (1, %d)
                    """, images, bytes ? "bytes" : "images", features));
        }
        if (files.contains(Shipped.SAFETENSORS) && isShared()) {
            String normalised =
                    about.path("input").path("normalisation_inside").asText().equals("imagenet")
                            ? "(images - mean) / std"
                            : "images";
            sections.put("torchvision", shared("torchvision", """
                    resnet = torchvision.models.%s()
                    resnet.fc = torch.nn.Identity()
                    """, normalised));
            sections.put("timm", shared("timm", """
                    resnet = timm.create_model("%s", num_classes=0)
                    """, normalised));
        }
        if (files.contains(Shipped.TRANSFORMERS)) {
            sections.put("transformers", code("python", """
                    from transformers import ResNetModel

                    encoder = ResNetModel.from_pretrained(".").eval()
                    """));
        }
        return sections;
    }

    /** Whether the network is the one of others to the last tensor, and its features are theirs. */
    private boolean isShared() {
        return SHARED.contains(about.path("architecture").asText())
                && about.path("width").asDouble() == 1
                && !about.has("late_width")
                && about.path("stem").asText().equals("imagenet")
                && about.path("norm").asText().equals("batch")
                && about.path("stages").asInt() == 1
                && !about.path("whitened").asBoolean();
    }

    private String shared(String library, String network, String normalised) {
        String constants = normalised.equals("images") ? "" : """
                mean = torch.tensor([0.485, 0.456, 0.406]).reshape(3, 1, 1)
                std = torch.tensor([0.229, 0.224, 0.225]).reshape(3, 1, 1)
                """;
        return code(
                "python",
                """
                import safetensors.torch
                import %s
                import torch

                %sresnet.load_state_dict(safetensors.torch.load_file("encoder.safetensors"))
                images = torch.rand(1, 3, %d, %d)  # RGB in [0, 1]
                %swith torch.no_grad():
                    features = resnet.eval()(%s)  # (1, %d)
                """,
                library,
                network.formatted(about.path("architecture").asText()),
                height,
                width,
                constants,
                normalised,
                features);
    }

    private static String code(String language, String lines, Object... values) {
        return "```" + language + "\n" + lines.formatted(values) + "```\n";
    }
}
