package io.streamclr.augment.job;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.RefusalException;
import io.streamclr.stream.source.ImagesFormat;
import java.io.Serializable;
import java.util.Objects;

/**
 * How an image becomes views.
 *
 * @param recipe that the views are rendered by
 * @param seed of the run, any value
 * @param limits on what is decoded
 * @param format of the values in the images topic
 * @param mostRejectedBytes of a rejected image that go along with the reject, 0 or more
 */
public record RenderSettings(Recipe recipe, long seed, DecodeLimits limits, ImagesFormat format, int mostRejectedBytes)
        implements Serializable {

    /** A reject with so many bytes of its image still fits into the topic's largest record. */
    public static final int MOST_REJECTED_BYTES = 8 << 20;

    public RenderSettings {
        Objects.requireNonNull(recipe, "recipe");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(format, "format");
        if (mostRejectedBytes < 0 || mostRejectedBytes > MOST_REJECTED_BYTES) {
            throw RefusalException.ofUsage("The bytes to keep of a rejected image are " + mostRejectedBytes
                    + ", but must be from 0 to " + MOST_REJECTED_BYTES);
        }
    }

    /** Draws by this recipe, all else as usual: seed 1, the usual limits, our own images, 1 MiB of a reject kept. */
    public static RenderSettings by(Recipe recipe) {
        return new RenderSettings(recipe, 1, DecodeLimits.DEFAULT, ImagesFormat.AVRO, 1 << 20);
    }

    /** The same with another seed. */
    public RenderSettings withSeed(long newSeed) {
        return new RenderSettings(recipe, newSeed, limits, format, mostRejectedBytes);
    }

    /** The same for images in another format. */
    public RenderSettings withFormat(ImagesFormat newFormat) {
        return new RenderSettings(recipe, seed, limits, newFormat, mostRejectedBytes);
    }
}
