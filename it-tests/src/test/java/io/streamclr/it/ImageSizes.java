package io.streamclr.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** How large images are: compressed by gzip, as a registry holds and sends them, and unpacked on a disk. */
final class ImageSizes {

    /**
     * @param pulled bytes of all layers, compressed
     * @param own those of the layers that lie over the base
     * @param unpacked bytes of all layers
     * @param ownUnpacked those of the layers that lie over the base
     */
    private record Size(long pulled, long own, long unpacked, long ownUnpacked) {}

    private final Map<String, Size> sizes = new LinkedHashMap<>();

    ImageSizes(BuiltImages images) throws IOException {
        ContainerEngine engine = images.engine();
        Path folder = engine.scratch("sizes");
        for (Map.Entry<String, String> image : images.names().entrySet()) {
            JsonNode base = layers(engine, folder, images.baseOf(image.getKey()));
            JsonNode all = layers(engine, folder, image.getValue());
            long own = 0;
            for (int layer = base.size(); layer < all.size(); layer++) {
                own += all.path(layer).path("size").asLong();
            }
            long unpacked = unpacked(engine, image.getValue());
            long ownUnpacked = unpacked - unpacked(engine, images.baseOf(image.getKey()));
            sizes.put(image.getKey(), new Size(sum(all), own, unpacked, ownUnpacked));
        }
    }

    /** Compresses them into a folder, which has each layer once. */
    private static JsonNode layers(ContainerEngine engine, Path folder, String image) throws IOException {
        String tag = image.replaceAll("[^a-z0-9]", "-");
        engine.buildah("push", "-q", "--format", "oci", image, "oci:" + folder + ":" + tag)
                .well();
        for (JsonNode manifest : DeploymentFiles.JSON
                .readTree(folder.resolve("index.json").toFile())
                .path("manifests")) {
            if (manifest.path("annotations")
                    .path("org.opencontainers.image.ref.name")
                    .asText()
                    .equals(tag)) {
                String digest = manifest.path("digest").asText().replace("sha256:", "");
                return DeploymentFiles.JSON
                        .readTree(folder.resolve("blobs/sha256").resolve(digest).toFile())
                        .path("layers");
            }
        }
        throw new IOException("The folder " + folder + " has no image " + tag);
    }

    private static long sum(JsonNode layers) {
        long sum = 0;
        for (JsonNode layer : layers) {
            sum += layer.path("size").asLong();
        }
        return sum;
    }

    private static long unpacked(ContainerEngine engine, String image) throws IOException {
        return DeploymentFiles.JSON
                .readTree(engine.podman("inspect", "--type", "image", image)
                        .well()
                        .output())
                .get(0)
                .path("Size")
                .asLong();
    }

    long pulled(String target) {
        return sizes.get(target).pulled();
    }

    long ownPulled(String target) {
        return sizes.get(target).own();
    }

    /** For people, in MB. */
    String table() {
        StringBuilder table = new StringBuilder("MB              pulled   of it ours  unpacked  of it ours\n");
        sizes.forEach((image, size) -> table.append(String.format(
                "%-14s %7.1f %12.1f %9.1f %11.1f%n",
                image, size.pulled() / 1e6, size.own() / 1e6, size.unpacked() / 1e6, size.ownUnpacked() / 1e6)));
        return table.toString();
    }
}
