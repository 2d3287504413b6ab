package io.streamclr.local.experiment;

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
 * The recipe that suits the images of a data set, from which an experiment takes what it does not vary.
 *
 * @param text the recipe, as plans have it
 * @param coloured whether there are colours for an operation to change
 */
public record BaseRecipe(String text, boolean coloured) {

    /** Of all images without colours, whatever their size. */
    public static final BaseRecipe GREY = new BaseRecipe("grey", false);

    private static final int LOOKED_AT = 64;

    /** Larger images are shown at this side: many small runs on larger ones would take days. */
    private static final int MOST_SIDE = 64;

    private static final int LEAST_SIDE = 8;

    /**
     * That of the images of a place: {@code grey} if some dozens of them have no colours, or {@code cifar} at the median of
     * their shorter sides, from {@value #LEAST_SIDE} to {@value #MOST_SIDE} pixels.
     *
     * @throws RefusalException if no image that can be decoded is there
     */
    public static BaseRecipe of(Path data) {
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
        if (some.stream().noneMatch(BaseRecipe::hasColours)) {
            return GREY;
        }
        int[] sides = some.stream()
                .mapToInt(image -> Math.min(image.width(), image.height()))
                .sorted()
                .toArray();
        return cifar(Math.max(LEAST_SIDE, Math.min(MOST_SIDE, sides[sides.length / 2])));
    }

    private static BaseRecipe cifar(int side) {
        return new BaseRecipe("cifar", true).at(side);
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

    /** Height and width of the views, in pixels. */
    public int side() {
        return Recipe.parse(text).size();
    }

    /** The same for views of another size. */
    public BaseRecipe at(int side) {
        return side == side() ? this : new BaseRecipe(text + ",size=" + side, coloured);
    }
}
