package io.streamclr.augment.view;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.DecodeRegion;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.decode.Region;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.identity.PictureHash;
import io.streamclr.schemas.identity.Seeds;
import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import io.streamclr.schemas.record.View;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws views of images by one recipe. Pure: image, run seed, pass and view index decide every byte. An engine works in
 * buffers of its own, so each thread needs its own engine; all engines of a recipe draw the same. {@link #close} is for
 * engines that decode too, by {@link #pair}; others hold nothing that has to be closed.
 */
public final class ViewEngine implements AutoCloseable {

    /** How lineage names that the image was shrunk while it was decoded, before everything else. */
    private static final String SHRUNK = "shrunk";

    /** As far as a decoder can: a block of coefficients becomes one pixel. */
    private static final int MOST_SHRINK = 8;

    private final Recipe recipe;
    private final RandomCrop crop;
    private final List<Step> steps;
    private final Map<String, Operation> operations = new HashMap<>();
    private final Resampler resampler;
    private final Canvas canvas;
    private final StageListener stages;

    /** Opened by the first pair that is decoded here. */
    private ImageDecoder decoder;

    /** An engine for one thread, whose images are decoded by whoever has them, or here by {@link #pair}. */
    public static ViewEngine of(Recipe recipe) {
        return new ViewEngine(recipe);
    }

    /** An engine for one thread. */
    public ViewEngine(Recipe recipe) {
        this(recipe, StageListener.NONE);
    }

    /** As the other, and reports every stage that ends. */
    ViewEngine(Recipe recipe, StageListener stages) {
        this.recipe = recipe;
        this.crop = recipe.crop();
        this.steps = recipe.steps();
        for (Step step : steps) {
            step.operations().forEach(operation -> operations.put(operation.name(), operation));
        }
        this.resampler = new Resampler(recipe.filter());
        this.canvas = new Canvas(recipe.size());
        this.stages = stages;
    }

    /** What this engine draws by. */
    public Recipe recipe() {
        return recipe;
    }

    /**
     * Decodes an image and draws both views of it: those that a job of this recipe and this run seed draws in its first
     * pass. Images may have what {@link DecodeLimits#DEFAULT} allows, and are decoded as the recipe says.
     *
     * @param encoded a file of one image, in a format that {@link ImageDecoder} knows; any bytes, never changed
     * @param runSeed any value
     * @return the views, or why there are none; whatever the bytes are, nothing is thrown
     */
    public DrawnPair pair(byte[] encoded, long runSeed) {
        if (decoder == null) {
            decoder = recipe.imageDecoder(DecodeLimits.DEFAULT);
        }
        ImageId id = ImageId.of(encoded);
        return decoder.decode(encoded, wanted(runSeed, id, 0))
                .match(
                        decoded -> new DrawnPair.Views(
                                recipe.size(),
                                rgb(decoded.pixels(), runSeed, id, 0),
                                rgb(decoded.pixels(), runSeed, id, 1)),
                        rejected -> new DrawnPair.Rejected(rejected.reason(), rejected.detail()));
    }

    private byte[] rgb(Pixels image, long runSeed, ImageId id, int view) {
        ByteBuffer pixels = draw(image, runSeed, id, 0, view).getPixels();
        byte[] rgb = new byte[pixels.remaining()];
        pixels.duplicate().get(rgb);
        return rgb;
    }

    /**
     * What a pair needs of its image: the part that both views are cut from, and no more pixels than either shows; all of it
     * where the recipe asks for a picture hash, which must not depend on what is sampled.
     *
     * @param runSeed seed of the run, any value
     * @param id content id of the image
     * @param pass 0 or more
     */
    public DecodeRegion wanted(long runSeed, ImageId id, int pass) {
        if (recipe.picturesHashed()) {
            return DecodeRegion.WHOLE;
        }
        long first = Seeds.view(runSeed, id, pass, 0);
        long second = Seeds.view(runSeed, id, pass, 1);
        return new DecodeRegion() {
            @Override
            public Region of(int width, int height) {
                return region(cropOf(width, height, first)).with(region(cropOf(width, height, second)));
            }

            @Override
            public int shrink(int width, int height) {
                return Math.min(shrinkOf(cropOf(width, height, first)), shrinkOf(cropOf(width, height, second)));
            }
        };
    }

    /** By how much an image may be shrunk, so that a crop is still as large as the view. */
    private int shrinkOf(CropBox box) {
        int shrink = MOST_SHRINK;
        while (shrink > 1 && Math.min(box.getWidth(), box.getHeight()) < shrink * recipe.size()) {
            shrink /= 2;
        }
        return shrink;
    }

    private static Region region(CropBox box) {
        return new Region(box.getX(), box.getY(), box.getWidth(), box.getHeight());
    }

    private CropBox cropOf(int width, int height, long seed) {
        return crop.draw(width, height, new Draws(Seeds.of(seed, "crop", 0)));
    }

    /**
     * What the picture looks like, as {@link PictureHash} has it.
     *
     * @param image all of it, in its full size
     * @return null if the recipe does not ask for it
     */
    public Long pictureHash(Pixels image) {
        if (!recipe.picturesHashed()) {
            return null;
        }
        if (image.shrink() > 1 || !image.region().equals(Region.whole(image.width(), image.height()))) {
            throw new IllegalArgumentException("Of the picture to be hashed there is only " + image);
        }
        byte[] rgb = image.rgb();
        return PictureHash.of(image.width(), image.height(), (y, into) -> {
            int at = image.at(0, y);
            for (int x = 0; x < into.length; x++, at += 3) {
                into[x] = PictureHash.brightness(rgb[at] & 0xff, rgb[at + 1] & 0xff, rgb[at + 2] & 0xff);
            }
        });
    }

    /**
     * Draws one of the two views of an image, of which at least the part must be there that the view is cut from.
     *
     * @param runSeed seed of the run, any value
     * @param id content id of the image
     * @param pass 0 or more
     * @param view 0 or 1
     */
    public View draw(Pixels image, long runSeed, ImageId id, int pass, int view) {
        return render(image, plan(image, Seeds.view(runSeed, id, pass, view)));
    }

    /**
     * Draws a view again, from its image and lineage alone: the same bytes, if this engine's recipe has the view's
     * size, filter and kernel.
     *
     * @throws RefusalException if the lineage is of another image, or names what this recipe does not have
     */
    public View redraw(Pixels image, Lineage lineage) {
        CropBox box = lineage.getCrop();
        boolean inside = box.getX() >= 0
                && box.getY() >= 0
                && box.getWidth() > 0
                && box.getHeight() > 0
                && box.getWidth() <= image.width() - box.getX()
                && box.getHeight() <= image.height() - box.getY();
        if (lineage.getImageWidth() != image.width() || lineage.getImageHeight() != image.height() || !inside) {
            throw new RefusalException("The lineage is of an image of " + lineage.getImageWidth() + " x "
                    + lineage.getImageHeight() + " pixels and its crop does not fit this one of " + image.width()
                    + " x "
                    + image.height() + "; give the image that the view was rendered from");
        }
        if (shrinkOf(lineage) != image.shrink()) {
            throw new RefusalException("The view was rendered from an image at 1/" + shrinkOf(lineage)
                    + " of its sides, and this one is at 1/" + image.shrink()
                    + "; decode it as the recipe says that the view was rendered by");
        }
        for (AppliedOperation applied : afterShrinking(lineage)) {
            Operation known = operations.get(applied.getName());
            if (known == null || known.arity() != applied.getArguments().size()) {
                throw new RefusalException("The lineage names the operation " + applied.getName() + " with "
                        + applied.getArguments().size() + " values, which recipe " + recipe.fingerprint()
                        + " does not have; use the recipe that the view was rendered by");
            }
        }
        return render(image, lineage);
    }

    private Lineage plan(Pixels image, long seed) {
        CropBox box = cropOf(image.width(), image.height(), seed);
        List<AppliedOperation> applied = new ArrayList<>();
        if (image.shrink() > 1) {
            applied.add(new AppliedOperation(SHRUNK, List.of((double) image.shrink())));
        }
        for (Step step : steps) {
            step.draw(seed, applied);
        }
        return new Lineage(seed, image.width(), image.height(), box, applied);
    }

    private static int shrinkOf(Lineage lineage) {
        List<AppliedOperation> all = lineage.getOperations();
        boolean shrunk = !all.isEmpty() && all.get(0).getName().equals(SHRUNK);
        return shrunk ? all.get(0).getArguments().get(0).intValue() : 1;
    }

    private static List<AppliedOperation> afterShrinking(Lineage lineage) {
        List<AppliedOperation> all = lineage.getOperations();
        return shrinkOf(lineage) == 1 ? all : all.subList(1, all.size());
    }

    private View render(Pixels image, Lineage lineage) {
        Region cut = region(lineage.getCrop()).shrunk(image.shrink());
        if (!image.region().contains(cut)) {
            throw new IllegalArgumentException("The view is cut from " + cut + ", but only " + image + " is there");
        }
        resampler.resample(image, new CropBox(cut.x(), cut.y(), cut.width(), cut.height()), canvas);
        stages.ended("crop");
        for (AppliedOperation applied : afterShrinking(lineage)) {
            double[] values = new double[applied.getArguments().size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = applied.getArguments().get(i);
            }
            operations.get(applied.getName()).apply(canvas, values);
            stages.ended(applied.getName());
        }
        byte[] packed = canvas.pack();
        stages.ended("pack");
        return new View(canvas.side, canvas.side, ByteBuffer.wrap(packed), lineage);
    }

    /** Ends the process in which libraries of the system decode, where the recipe asks for them. May be called again. */
    @Override
    public void close() {
        if (decoder != null) {
            decoder.close();
        }
    }
}
