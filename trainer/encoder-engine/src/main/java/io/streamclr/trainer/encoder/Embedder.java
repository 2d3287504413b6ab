package io.streamclr.trainer.encoder;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.model.Convolutions;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Runs an encoder over images, some at a time. Used by one thread at a time, as the engine that it runs on. */
public final class Embedder implements AutoCloseable {

    /** Images in a pass: more do not make it faster on a CPU. */
    private static final int AT_ONCE = 256;

    private final Torch torch;
    private final Describing encoder;
    private final AutoCloseable resource;

    /** What makes features of images. */
    @FunctionalInterface
    public interface Describing {

        /**
         * @param images (N, height, width, 3), unsigned bytes
         * @return features, (N, F), 32-bit floats; owned by {@code scope}
         */
        Tensor encode(Scope scope, Tensor images);
    }

    private Embedder(Torch torch, Describing encoder, AutoCloseable resource) {
        this.torch = torch;
        this.encoder = encoder;
        this.resource = resource;
    }

    /**
     * A shipped encoder: a TorchScript archive with a method {@code embed} that takes unsigned bytes.
     *
     * @throws io.streamclr.schemas.RefusalException if the file is missing or no such archive
     */
    public static Embedder load(Torch torch, Path archive) {
        Script script = torch.load(archive);
        return new Embedder(torch, features(torch, archive, script), script);
    }

    /**
     * As {@link #load}, with the head that the archive holds, so that embeddings z stand in the place of features h.
     *
     * @throws io.streamclr.schemas.RefusalException as there; also, once it embeds, if the archive holds no head
     */
    public static Embedder loadWithHead(Torch torch, Path archive) {
        Script script = torch.load(archive);
        Describing features = features(torch, archive, script);
        Describing encoder = (scope, images) -> {
            Tensor h = features.encode(scope, images);
            try {
                return script.one(scope, "project", h);
            } catch (IllegalStateException none) {
                throw new RefusalException(
                        "The encoder " + archive + " holds no head, so there are no embeddings z; take its features h",
                        none);
            }
        };
        return new Embedder(torch, encoder, script);
    }

    private static Describing features(Torch torch, Path archive, Script script) {
        Convolutions convolutions = Convolutions.ofSaved(
                torch, EncoderFiles.described(archive.toAbsolutePath().getParent()));
        return (scope, images) -> convolutions.compute(images, () -> script.one(scope, "embed", images));
    }

    /** An encoder that lives already, as the one in training; it is not closed here. */
    public static Embedder of(Torch torch, Describing encoder) {
        return new Embedder(torch, encoder, () -> {});
    }

    /**
     * The features of these images.
     *
     * @param pixels unsigned bytes, (count, height, width, 3), direct, from its position to its limit
     * @param count 1 or more
     */
    public Features embed(ByteBuffer pixels, int count, int height, int width) {
        int imageBytes = Math.multiplyExact(Math.multiplyExact(height, width), 3);
        if (count < 1 || pixels.remaining() != (long) count * imageBytes) {
            throw new IllegalArgumentException(pixels.remaining() + " bytes are not " + count + " images of " + height
                    + "x" + width + " RGB pixels");
        }
        ByteBuffer values = null;
        int dimension = 0;
        for (int from = 0; from < count; from += AT_ONCE) {
            int rows = Math.min(AT_ONCE, count - from);
            ByteBuffer some = pixels.slice(pixels.position() + from * imageBytes, rows * imageBytes);
            try (Scope scope = torch.scope()) {
                Tensor features = encoder.encode(scope, scope.bytes(some, rows, height, width, 3));
                if (values == null) {
                    dimension = (int) features.shape()[1];
                    values = Features.allocate(count, dimension);
                }
                features.writeTo(values);
            }
        }
        return Features.owning(values.flip(), count, dimension);
    }

    @Override
    public void close() {
        try {
            resource.close();
        } catch (Exception broken) {
            throw new IllegalStateException("The encoder does not close", broken);
        }
    }
}
