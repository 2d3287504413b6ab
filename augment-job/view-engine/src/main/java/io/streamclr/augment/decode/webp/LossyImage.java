package io.streamclr.augment.decode.webp;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/** A lossy image (RFC 6386): macroblocks of 16 x 16 luminance samples, and of 8 x 8 samples of either colour. */
final class LossyImage {

    private static final int INSIDE = 1;
    private static final int SUBBLOCKS = 2;
    private static final int SEGMENT = 4;

    private final LossyHeader header;
    private final int width;
    private final int height;
    private final int columns;
    private final int rows;
    private final Plane[] planes;

    /**
     * For each macroblock its segment, whether its blocks were predicted one by one, and whether it has coefficients.
     */
    private final byte[] kinds;

    private final Residuals residuals;
    private final Prediction prediction = new Prediction();

    /**
     * How the lowest blocks of each macroblock above were predicted, and the rightmost ones of the macroblock before.
     */
    private final byte[] modesAbove;

    private final byte[] modesLeft = new byte[4];
    private final byte[] modes = new byte[16];

    private LossyImage(Span image) throws IOException {
        this.header = LossyHeader.of(image);
        this.width = LossyHeader.width(image);
        this.height = LossyHeader.height(image);
        this.columns = (width + 15) / 16;
        this.rows = (height + 15) / 16;
        this.planes = new Plane[] {
            new Plane(16 * columns, 16 * rows), new Plane(8 * columns, 8 * rows), new Plane(8 * columns, 8 * rows)
        };
        this.kinds = new byte[columns * rows];
        this.residuals = new Residuals(header.probabilities(), columns);
        this.modesAbove = new byte[4 * columns];
    }

    static LossyImage decode(Span image) throws IOException {
        LossyImage lossy = new LossyImage(image);
        for (int row = 0; row < lossy.rows; row++) {
            lossy.decodeRow(row);
        }
        lossy.smooth();
        return lossy;
    }

    private void decodeRow(int row) throws EOFException {
        BooleanDecoder coefficients = header.coefficients()[row & header.coefficients().length - 1];
        residuals.beginRow();
        Arrays.fill(modesLeft, (byte) SubblockModes.MEAN);
        for (int column = 0; column < columns; column++) {
            decodeMacroblock(coefficients, column, row);
        }
        planes[0].prolong(16 * row + 15);
    }

    private void decodeMacroblock(BooleanDecoder coefficients, int column, int row) throws EOFException {
        BooleanDecoder from = header.modes();
        int segment = header.segmented() ? segment(from) : 0;
        boolean empty = header.emptyProbability() >= 0 && from.bit(header.emptyProbability()) != 0;
        boolean subblocks = from.bit(145) == 0;
        int luma = 0;
        if (subblocks) {
            readSubblockModes(from, 4 * column);
        } else {
            luma = lumaMode(from);
            Arrays.fill(modesAbove, 4 * column, 4 * column + 4, (byte) luma);
            Arrays.fill(modesLeft, (byte) luma);
        }
        int chroma = chromaMode(from);

        boolean any = false;
        if (empty) {
            residuals.none(column, subblocks);
        } else {
            any = residuals.read(coefficients, column, subblocks, header.quantisers()[segment]);
        }
        kinds[row * columns + column] =
                (byte) (segment * SEGMENT | (subblocks ? SUBBLOCKS : 0) | (subblocks || any ? INSIDE : 0));

        if (subblocks) {
            drawSubblocks(column, row);
        } else {
            Prediction.macroblock(luma, planes[0], 16, column, row);
            add(planes[0], 0, 4, 16 * column, 16 * row);
        }
        for (int colour = 0; colour < 2; colour++) {
            Plane plane = planes[1 + colour];
            Prediction.macroblock(chroma, plane, 8, column, row);
            add(plane, 16 + 4 * colour, 2, 8 * column, 8 * row);
        }
    }

    private int segment(BooleanDecoder from) throws EOFException {
        int[] probabilities = header.segmentProbabilities();
        return from.bit(probabilities[0]) == 0 ? from.bit(probabilities[1]) : 2 + from.bit(probabilities[2]);
    }

    private static int lumaMode(BooleanDecoder from) throws EOFException {
        if (from.bit(156) == 0) {
            return from.bit(163) == 0 ? SubblockModes.MEAN : SubblockModes.VERTICAL;
        }
        return from.bit(128) == 0 ? SubblockModes.HORIZONTAL : SubblockModes.TRUE_MOTION;
    }

    private static int chromaMode(BooleanDecoder from) throws EOFException {
        if (from.bit(142) == 0) {
            return SubblockModes.MEAN;
        }
        if (from.bit(114) == 0) {
            return SubblockModes.VERTICAL;
        }
        return from.bit(183) == 0 ? SubblockModes.HORIZONTAL : SubblockModes.TRUE_MOTION;
    }

    private void readSubblockModes(BooleanDecoder from, int above) throws EOFException {
        for (int i = 0; i < modes.length; i++) {
            byte mode = (byte) SubblockModes.read(from, modesAbove[above + (i & 3)], modesLeft[i >> 2]);
            modes[i] = mode;
            modesAbove[above + (i & 3)] = mode;
            modesLeft[i >> 2] = mode;
        }
    }

    private void drawSubblocks(int column, int row) {
        Plane luma = planes[0];
        byte[] samples = luma.samples();
        int stride = luma.stride();
        int right = luma.at(16 * column + 16, 16 * row - 1);
        for (int block = 0; block < modes.length; block++) {
            int at = luma.at(16 * column + 4 * (block & 3), 16 * row + 4 * (block >> 2));
            // What is to the right of the macroblock is not there yet, but for what lies above it.
            prediction.subblock(modes[block], samples, at, stride, (block & 3) == 3 ? right : at - stride + 4);
            InverseTransform.add(
                    residuals.values(), Residuals.BLOCK * block, residuals.count(block), samples, at, stride);
        }
    }

    private void add(Plane plane, int first, int side, int x, int y) {
        for (int i = 0; i < side * side; i++) {
            InverseTransform.add(
                    residuals.values(),
                    Residuals.BLOCK * (first + i),
                    residuals.count(first + i),
                    plane.samples(),
                    plane.at(x + 4 * (i % side), y + 4 * (i / side)),
                    plane.stride());
        }
    }

    private void smooth() {
        LoopFilter filter = header.filter();
        for (int i = 0; i < kinds.length; i++) {
            int segment = kinds[i] / SEGMENT;
            boolean subblocks = (kinds[i] & SUBBLOCKS) != 0;
            if (filter.changes(segment, subblocks)) {
                filter.apply(planes, i % columns, i / columns, segment, subblocks, (kinds[i] & INSIDE) != 0);
            }
        }
    }

    /**
     * Draws the image; gives what the canvas then shows. Two pixels beside and above each other have one colour:
     * nothing is made up between those.
     *
     * @param alpha how opaque each pixel is; empty if all are
     */
    byte[] paintedOn(Canvas canvas, byte[] alpha) {
        byte[] luma = planes[0].samples();
        byte[] blues = planes[1].samples();
        byte[] reds = planes[2].samples();
        for (int y = 0; y < height; y++) {
            int from = planes[0].at(0, y);
            int colour = planes[1].at(0, y / 2);
            int to = canvas.at(0, y);
            for (int x = 0; x < width; x++) {
                int u = blues[colour + (x >> 1)] & 0xff;
                int v = reds[colour + (x >> 1)] & 0xff;
                int light = ((luma[from + x] & 0xff) * 19_077) >> 8;
                int red = eightBits(light + ((v * 26_149) >> 8) - 14_234);
                int green = eightBits(light - ((u * 6_419) >> 8) - ((v * 13_320) >> 8) + 8_708);
                int blue = eightBits(light + ((u * 33_050) >> 8) - 17_685);
                int opacity = alpha.length == 0 ? 255 : alpha[y * width + x] & 0xff;
                to = canvas.put(to, red, green, blue, opacity);
            }
        }
        return canvas.rgb();
    }

    private static int eightBits(int value) {
        return (value & ~0x3fff) == 0 ? value >> 6 : value < 0 ? 0 : 255;
    }
}
