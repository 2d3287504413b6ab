package io.streamclr.augment.decode;

/**
 * Turns an image as its EXIF orientation asks (EXIF 2.3, tag 274), so that what was up when it was taken is up.
 *
 * @param orientation 1 to 8
 * @param storedWidth of the image as it is stored, in pixels
 * @param storedHeight of the image as it is stored, in pixels
 */
record Upright(int orientation, int storedWidth, int storedHeight) {

    private boolean sideways() {
        return orientation >= 5;
    }

    private boolean fromRight() {
        return orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    }

    private boolean fromBelow() {
        return orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    }

    /** Of the upright image, in pixels. */
    int width() {
        return sideways() ? storedHeight : storedWidth;
    }

    /** Of the upright image, in pixels. */
    int height() {
        return sideways() ? storedWidth : storedHeight;
    }

    /** The same image with a part of the sides, rounded up. */
    Upright shrunk(int by) {
        return new Upright(orientation, (storedWidth + by - 1) / by, (storedHeight + by - 1) / by);
    }

    /** Where a part of the upright image is stored. */
    Region stored(Region upright) {
        int x = sideways() ? upright.y() : upright.x();
        int y = sideways() ? upright.x() : upright.y();
        int width = sideways() ? upright.height() : upright.width();
        int height = sideways() ? upright.width() : upright.height();
        return new Region(
                fromRight() ? storedWidth - x - width : x, fromBelow() ? storedHeight - y - height : y, width, height);
    }

    /**
     * Turns a part of the image.
     *
     * @param upright the part
     * @param from its pixels as they are stored: packed RGB, row-major; they are the result where nothing is to turn
     */
    byte[] turn(Region upright, byte[] from) {
        if (orientation == Orientation.UPRIGHT) {
            return from;
        }
        Region stored = stored(upright);
        byte[] turned = new byte[from.length];
        int to = 0;
        for (int y = 0; y < upright.height(); y++) {
            for (int x = 0; x < upright.width(); x++) {
                int column = sideways() ? y : x;
                int row = sideways() ? x : y;
                int sourceX = fromRight() ? stored.width() - 1 - column : column;
                int sourceY = fromBelow() ? stored.height() - 1 - row : row;
                int at = 3 * (sourceY * stored.width() + sourceX);
                turned[to++] = from[at];
                turned[to++] = from[at + 1];
                turned[to++] = from[at + 2];
            }
        }
        return turned;
    }
}
