package io.streamclr.augment.view;

import io.streamclr.schemas.record.CropBox;

/**
 * Where a view is cut from: torchvision's {@code RandomResizedCrop.get_params}. Area uniform, ratio log-uniform, ten
 * attempts, then the largest box in the middle whose ratio is allowed.
 *
 * @param leastArea as a share of the image, above 0
 * @param mostArea as a share of the image, at most 1
 * @param leastRatio width by height, above 0
 * @param mostRatio width by height
 */
record RandomCrop(double leastArea, double mostArea, double leastRatio, double mostRatio) {

    private static final int ATTEMPTS = 10;

    /** A box inside an image of this size, in pixels. */
    CropBox draw(int width, int height, Draws random) {
        if (leastArea == 1) {
            // Of the boxes below only some that are rounded up would fit.
            return middle(width, height);
        }
        double pixels = (double) width * height;
        double leastLog = StrictMath.log(leastRatio);
        double mostLog = StrictMath.log(mostRatio);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            double area = pixels * random.between(leastArea, mostArea);
            double ratio = StrictMath.exp(random.between(leastLog, mostLog));
            int w = (int) StrictMath.rint(StrictMath.sqrt(area * ratio));
            int h = (int) StrictMath.rint(StrictMath.sqrt(area / ratio));
            if (w > 0 && w <= width && h > 0 && h <= height) {
                int y = random.below(height - h + 1);
                int x = random.below(width - w + 1);
                return new CropBox(x, y, w, h);
            }
        }
        return middle(width, height);
    }

    private CropBox middle(int width, int height) {
        double ratio = (double) width / height;
        int w = width;
        int h = height;
        if (ratio < leastRatio) {
            h = Math.max(1, (int) StrictMath.rint(width / leastRatio));
        } else if (ratio > mostRatio) {
            w = Math.max(1, (int) StrictMath.rint(height * mostRatio));
        }
        return new CropBox((width - w) / 2, (height - h) / 2, w, h);
    }
}
