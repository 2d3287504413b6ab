package io.streamclr.augment.decode;

/** Turns an image as its EXIF orientation asks (EXIF 2.3, tag 274), so that what was up when it was taken is up. */
final class Upright {

    private Upright() {}

    /** @param orientation 1 to 8; 1 gives the image itself */
    static Pixels turn(Pixels image, int orientation) {
        if (orientation == 1) {
            return image;
        }
        boolean sideways = orientation >= 5;
        int width = sideways ? image.height() : image.width();
        int height = sideways ? image.width() : image.height();
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean fromBelow = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        byte[] from = image.rgb();
        byte[] turned = new byte[from.length];
        int to = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int column = sideways ? y : x;
                int row = sideways ? x : y;
                int sourceX = fromRight ? image.width() - 1 - column : column;
                int sourceY = fromBelow ? image.height() - 1 - row : row;
                int at = 3 * (sourceY * image.width() + sourceX);
                turned[to++] = from[at];
                turned[to++] = from[at + 1];
                turned[to++] = from[at + 2];
            }
        }
        return new Pixels(width, height, turned);
    }
}
