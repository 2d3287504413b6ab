package io.streamclr.augment.decode.jpeg2000;

import java.util.Arrays;

/** Decodes the coefficients of code-blocks, bit-plane by bit-plane in three passes each (annex D). */
final class BlockDecoder {

    static final int RUN = 17;
    static final int UNIFORM = 18;

    private static final int SIGN = 9;
    private static final int MAGNITUDE = 14;

    /** Which neighbours are significant, and which of them are negative. */
    private static final int ABOVE = 1;

    private static final int BELOW = 2;
    private static final int LEFT = 4;
    private static final int RIGHT = 8;
    private static final int ABOVE_LEFT = 16;
    private static final int ABOVE_RIGHT = 32;
    private static final int BELOW_LEFT = 64;
    private static final int BELOW_RIGHT = 128;
    private static final int NEIGHBOURS = 255;
    private static final int NEGATIVE = 8;
    private static final int SIGNIFICANT = 1 << 12;
    private static final int VISITED = 1 << 13;
    private static final int REFINED = 1 << 14;

    /** For horizontal or vertical high frequencies, for each set of neighbours: how likely a coefficient is significant. */
    private static final byte[][] LIKELIHOOD = new byte[4][256];

    static {
        for (int orientation = 0; orientation < 4; orientation++) {
            for (int set = 0; set < 256; set++) {
                int across = Integer.bitCount(set & (LEFT | RIGHT));
                int down = Integer.bitCount(set & (ABOVE | BELOW));
                int diagonal = Integer.bitCount(set >> 4);
                LIKELIHOOD[orientation][set] = (byte)
                        (orientation == 3
                                ? diagonalLikelihood(across + down, diagonal)
                                : orientation == 1
                                        ? likelihood(down, across, diagonal)
                                        : likelihood(across, down, diagonal));
            }
        }
    }

    private final Coding coding;
    private final ArithmeticDecoder arithmetic = new ArithmeticDecoder();
    private final int[] values = new int[4096];
    private int[] flags = new int[0];
    private byte[] likelihood = LIKELIHOOD[0];
    private RawBits raw;
    private int width;
    private int height;
    private int stride;

    BlockDecoder(Coding coding) {
        this.coding = coding;
    }

    private static int likelihood(int first, int second, int diagonal) {
        if (first == 2) {
            return 8;
        }
        if (first == 1) {
            return second >= 1 ? 7 : diagonal >= 1 ? 6 : 5;
        }
        return second > 0 ? 2 + second : Math.min(2, diagonal);
    }

    private static int diagonalLikelihood(int straight, int diagonal) {
        return switch (diagonal) {
            case 0 -> Math.min(2, straight);
            case 1 -> 3 + Math.min(2, straight);
            case 2 -> straight >= 1 ? 7 : 6;
            default -> 8;
        };
    }

    /**
     * Decodes one block.
     *
     * @param packets of its tile
     * @return twice the coefficients, row by row; the array is used again
     */
    int[] decode(CodeBlock block, Band band, byte[] packets) {
        width = block.width;
        height = block.height;
        stride = width + 2;
        int cells = stride * (height + 2);
        if (flags.length < cells) {
            flags = new int[cells];
        }
        Arrays.fill(flags, 0, cells, 0);
        Arrays.fill(values, 0, width * height, 0);
        likelihood = LIKELIHOOD[band.orientation()];
        arithmetic.resetContexts();
        byte[] data = block.gather(packets);
        int planes = band.planes() - block.zeroPlanes;
        int plane = planes;
        int kind = 2;
        int from = 0;
        for (int segment = 0; segment < block.segmentCount(); segment++) {
            int to = from + block.bytes(segment);
            boolean bare = coding.has(Coding.BYPASS) && kind < 2 && plane <= planes - 4;
            raw = bare ? new RawBits(data, from, to) : null;
            if (!bare) {
                arithmetic.start(data, from, to);
            }
            from = to;
            for (int pass = 0; pass < block.passes(segment); pass++) {
                int one = 1 << plane;
                if (kind == 0) {
                    findSignificant(one);
                } else if (kind == 1) {
                    refine(one);
                } else {
                    cleanUp(one);
                }
                if (coding.has(Coding.RESET)) {
                    arithmetic.resetContexts();
                }
                kind++;
                if (kind == 3) {
                    kind = 0;
                    plane--;
                }
            }
        }
        return values;
    }

    private void findSignificant(int one) {
        for (int top = 0; top < height; top += 4) {
            int bottom = Math.min(height, top + 4);
            for (int x = 0; x < width; x++) {
                for (int y = top; y < bottom; y++) {
                    int at = (y + 1) * stride + x + 1;
                    int flag = flags[at];
                    if ((flag & SIGNIFICANT) != 0 || (flag & NEIGHBOURS) == 0) {
                        continue;
                    }
                    int bit = raw != null ? raw.bit() : arithmetic.decode(likelihood[flag & NEIGHBOURS]);
                    if (bit == 1) {
                        becomeSignificant(at, x, y, one);
                    }
                    flags[at] |= VISITED;
                }
            }
        }
    }

    private void refine(int one) {
        int half = one >> 1;
        for (int top = 0; top < height; top += 4) {
            int bottom = Math.min(height, top + 4);
            for (int x = 0; x < width; x++) {
                for (int y = top; y < bottom; y++) {
                    int at = (y + 1) * stride + x + 1;
                    int flag = flags[at];
                    if ((flag & (SIGNIFICANT | VISITED)) != SIGNIFICANT) {
                        continue;
                    }
                    int context = (flag & REFINED) != 0
                            ? MAGNITUDE + 2
                            : (flag & NEIGHBOURS) != 0 ? MAGNITUDE + 1 : MAGNITUDE;
                    int bit = raw != null ? raw.bit() : arithmetic.decode(context);
                    int change = bit == 1 ? half : -half;
                    int place = y * width + x;
                    values[place] += values[place] < 0 ? -change : change;
                    flags[at] |= REFINED;
                }
            }
        }
    }

    private void cleanUp(int one) {
        for (int top = 0; top < height; top += 4) {
            int bottom = Math.min(height, top + 4);
            for (int x = 0; x < width; x++) {
                int y = top;
                boolean found = false;
                if (bottom - top == 4 && untouched(top, x)) {
                    if (arithmetic.decode(RUN) == 0) {
                        continue;
                    }
                    y += (arithmetic.decode(UNIFORM) << 1) | arithmetic.decode(UNIFORM);
                    found = true;
                }
                for (; y < bottom; y++) {
                    int at = (y + 1) * stride + x + 1;
                    int flag = flags[at];
                    if (found
                            || ((flag & (SIGNIFICANT | VISITED)) == 0
                                    && arithmetic.decode(likelihood[flag & NEIGHBOURS]) == 1)) {
                        becomeSignificant(at, x, y, one);
                    }
                    found = false;
                    flags[at] &= ~VISITED;
                }
            }
        }
        if (coding.has(Coding.MARKED)) {
            for (int bit = 0; bit < 4; bit++) {
                arithmetic.decode(UNIFORM);
            }
        }
    }

    /** Whether nothing is known of four coefficients below each other, nor around them. */
    private boolean untouched(int top, int x) {
        int any = 0;
        for (int y = top; y < top + 4; y++) {
            any |= flags[(y + 1) * stride + x + 1];
        }
        return (any & (SIGNIFICANT | VISITED | NEIGHBOURS)) == 0;
    }

    private void becomeSignificant(int at, int x, int y, int one) {
        boolean negative = raw != null ? raw.bit() == 1 : sign(flags[at]);
        int value = one | (one >> 1);
        values[y * width + x] = negative ? -value : value;
        int signed = negative ? 1 | (1 << NEGATIVE) : 1;
        // In blocks that look only back, rows of the next four do not count for those above.
        if ((y & 3) != 0 || !coding.has(Coding.CAUSAL)) {
            flags[at - stride] |= signed << 1;
            flags[at - stride - 1] |= BELOW_RIGHT;
            flags[at - stride + 1] |= BELOW_LEFT;
        }
        flags[at + stride] |= signed;
        flags[at + stride - 1] |= ABOVE_RIGHT;
        flags[at + stride + 1] |= ABOVE_LEFT;
        flags[at - 1] |= signed << 3;
        flags[at + 1] |= signed << 2;
        flags[at] |= SIGNIFICANT;
    }

    private boolean sign(int flag) {
        int across = contribution(flag, LEFT, RIGHT);
        int down = contribution(flag, ABOVE, BELOW);
        boolean turned = across < 0 || (across == 0 && down < 0);
        int context = SIGN + (turned ? -3 * across - down : 3 * across + down);
        return (arithmetic.decode(context) == 1) != turned;
    }

    private static int contribution(int flag, int first, int second) {
        return Math.max(-1, Math.min(1, sign(flag, first) + sign(flag, second)));
    }

    private static int sign(int flag, int neighbour) {
        return (flag & neighbour) == 0 ? 0 : (flag & (neighbour << NEGATIVE)) == 0 ? 1 : -1;
    }
}
