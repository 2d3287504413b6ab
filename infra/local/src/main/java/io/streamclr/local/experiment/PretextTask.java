package io.streamclr.local.experiment;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewEngine;
import io.streamclr.console.probe.ImageSet;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.identity.Seeds;
import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import io.streamclr.schemas.record.View;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Images that something was done to, and what it was: a task for a probe, as in the paper's table 3 (Chen et al. 2020,
 * arXiv:2002.05709), where each image has one of four ways, by its place alone; or views, of which each shows an image.
 *
 * @param pixels (count, side, side, 3), unsigned bytes, direct
 * @param ways which of the four, 0 to 3; of views which image
 */
record PretextTask(ByteBuffer pixels, int count, int side, int[] ways) {

    /** More images would only take longer: the four ways are easily distinguished, or hardly at all. */
    private static final int MOST_IMAGES = 4_000;

    /** As many for every run, whatever the batch that it was trained with. */
    private static final int MOST_VIEWS = 1_000;

    private static final int WAYS = 4;

    /** Crops show these shares of the image's area. */
    private static final double[] AREAS = {0.2, 0.4, 0.6, 0.8};

    /** What is done to an image. */
    private interface Transform {
        Lineage of(int place, int way, int side);
    }

    /** Images turned by 0, 1, 2 or 3 quarters. */
    static PretextTask ofTurns(ImageSet images) {
        return of(images, "turn", (place, way, side) -> {
            List<AppliedOperation> turn =
                    way == 0 ? List.of() : List.of(new AppliedOperation("rotation", List.of(90.0 * way)));
            return new Lineage(0L, side, side, new CropBox(0, 0, side, side), turn);
        });
    }

    /** Squares cut from anywhere in the image, of four areas, resized to the image's size. */
    static PretextTask ofCrops(ImageSet images) {
        return of(images, "crop", (place, way, side) -> {
            int cut = (int) Math.round(Math.sqrt(AREAS[way]) * side);
            int x = Math.floorMod(Seeds.of(0, "crop x", place), side - cut + 1);
            int y = Math.floorMod(Seeds.of(0, "crop y", place), side - cut + 1);
            return new Lineage(0L, side, side, new CropBox(x, y, cut, cut), List.of());
        });
    }

    /**
     * A view of each image.
     *
     * @param recipe draws them
     * @param number 0 or 1: other views of the same images in the same order
     */
    static PretextTask ofViews(ImageSet images, Recipe recipe, int number) {
        int side = images.side();
        int count = Math.min(images.count(), MOST_VIEWS);
        ViewEngine engine = new ViewEngine(recipe);
        ByteBuffer from = images.pixels();
        ByteBuffer pixels = ByteBuffer.allocateDirect(3 * side * side * count).order(ByteOrder.nativeOrder());
        for (int place = 0; place < count; place++) {
            byte[] image = new byte[3 * side * side];
            from.get(image);
            View view = engine.draw(new Pixels(side, side, image), 0, ImageId.of(image), 0, number);
            pixels.put(view.getPixels().duplicate());
        }
        return new PretextTask(
                pixels.flip(), count, side, IntStream.range(0, count).toArray());
    }

    private static PretextTask of(ImageSet images, String kind, Transform deed) {
        int side = images.side();
        int count = Math.min(images.count(), MOST_IMAGES);
        ViewEngine engine = new ViewEngine(Recipe.parse("grey,size=" + side));
        ByteBuffer from = images.pixels();
        ByteBuffer pixels = ByteBuffer.allocateDirect(3 * side * side * count).order(ByteOrder.nativeOrder());
        int[] ways = new int[count];
        for (int place = 0; place < count; place++) {
            byte[] image = new byte[3 * side * side];
            from.get(image);
            ways[place] = Math.floorMod(Seeds.of(0, kind, place), WAYS);
            View done = engine.redraw(new Pixels(side, side, image), deed.of(place, ways[place], side));
            pixels.put(done.getPixels().duplicate());
        }
        return new PretextTask(pixels.flip(), count, side, ways);
    }

    /** The images, from the first to the last. */
    @Override
    public ByteBuffer pixels() {
        return pixels.duplicate().order(ByteOrder.nativeOrder());
    }
}
