package io.streamclr.local.dataset;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.ingest.source.Reading;
import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What some dozens of the images of a place are like.
 *
 * @param coloured whether any of them has colours
 * @param side the median of their shorter sides, in pixels
 */
public record SampledImages(boolean coloured, int side) {

    private static final int LOOKED_AT = 64;

    /**
     * Looks at a sample of the images there.
     *
     * @throws RefusalException if none of them can be decoded
     */
    public static SampledImages of(Path data) {
        ImageDecoder decoder = Recipe.parse("cifar").imageDecoder(DecodeLimits.DEFAULT);
        List<Pixels> some;
        try (Stream<Found.Image> images =
                ImageSource.sample(data, Reading.usual(), LOOKED_AT).images()) {
            some = images.limit(LOOKED_AT)
                    .<Pixels>map(image ->
                            decoder.decode(image.encoded()).match(decoded -> decoded.pixels(), rejected -> null))
                    .filter(Objects::nonNull)
                    .toList();
        }
        if (some.isEmpty()) {
            throw new RefusalException("None of the first images under " + data + " can be decoded; give other --data");
        }
        int[] sides = some.stream()
                .mapToInt(image -> Math.min(image.width(), image.height()))
                .sorted()
                .toArray();
        return new SampledImages(some.stream().anyMatch(SampledImages::hasColours), sides[sides.length / 2]);
    }

    private static boolean hasColours(Pixels image) {
        byte[] rgb = image.rgb();
        for (int i = 0; i < rgb.length; i += 3) {
            if (rgb[i] != rgb[i + 1] || rgb[i] != rgb[i + 2]) {
                return true;
            }
        }
        return false;
    }
}
