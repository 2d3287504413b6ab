package io.streamclr.augment.view;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.decode.Region;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
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
 * buffers of its own, so each thread needs its own engine; all engines of a recipe draw the same.
 */
public final class ViewEngine {

    private final Recipe recipe;
    private final RandomCrop crop;
    private final List<Step> steps;
    private final Map<String, Operation> operations = new HashMap<>();
    private final Resampler resampler;
    private final Canvas canvas;
    private final StageListener stages;

    /** An engine for one thread. */
    public ViewEngine(Recipe recipe) {
        this(recipe, StageListener.NONE);
    }

    /** As the other, and tells of every stage that ends. */
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
     * The part of an image that its two views are cut from.
     *
     * @param width of the upright image, in pixels
     * @param height of the upright image, in pixels
     * @param runSeed seed of the run, any value
     * @param id content id of the image
     * @param pass 0 or more
     */
    public Region needed(int width, int height, long runSeed, ImageId id, int pass) {
        return region(cropOf(width, height, Seeds.view(runSeed, id, pass, 0)))
                .with(region(cropOf(width, height, Seeds.view(runSeed, id, pass, 1))));
    }

    private static Region region(CropBox box) {
        return new Region(box.getX(), box.getY(), box.getWidth(), box.getHeight());
    }

    private CropBox cropOf(int width, int height, long seed) {
        return crop.draw(width, height, new Draws(Seeds.of(seed, "crop", 0)));
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
        return render(image, plan(image.width(), image.height(), Seeds.view(runSeed, id, pass, view)));
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
                    + image.height() + "; give the image that the view was drawn from");
        }
        for (AppliedOperation applied : lineage.getOperations()) {
            Operation known = operations.get(applied.getName());
            if (known == null || known.arity() != applied.getArguments().size()) {
                throw new RefusalException("The lineage names the operation " + applied.getName() + " with "
                        + applied.getArguments().size() + " values, which recipe " + recipe.fingerprint()
                        + " does not have; use the recipe that the view was drawn by");
            }
        }
        return render(image, lineage);
    }

    private Lineage plan(int width, int height, long seed) {
        CropBox box = cropOf(width, height, seed);
        List<AppliedOperation> applied = new ArrayList<>();
        for (Step step : steps) {
            step.draw(seed, applied);
        }
        return new Lineage(seed, width, height, box, applied);
    }

    private View render(Pixels image, Lineage lineage) {
        if (!image.region().contains(region(lineage.getCrop()))) {
            throw new IllegalArgumentException(
                    "The view is cut from " + lineage.getCrop() + ", but only " + image + " is there");
        }
        resampler.resample(image, lineage.getCrop(), canvas);
        stages.ended("crop");
        for (AppliedOperation applied : lineage.getOperations()) {
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
}
