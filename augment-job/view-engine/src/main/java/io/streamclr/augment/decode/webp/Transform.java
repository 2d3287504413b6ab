package io.streamclr.augment.decode.webp;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What the encoder did to the pixels so that they became shorter, to be undone (RFC 9649, section 3). */
interface Transform {

    /** Gives the pixels as they were before; often in the same array. */
    int[] undo(int[] pixels);

    /** How wide the image is whose pixels the next transform, or the stream, gives. */
    int widthBelow();

    /** Reads what stands before the pixels. In the order in which they are undone. */
    static Deque<Transform> readAll(BitReader in, int width, int height) throws IOException {
        Deque<Transform> all = new ArrayDeque<>();
        int seen = 0;
        int below = width;
        while (in.flag()) {
            int kind = in.number(2);
            if ((seen & 1 << kind) != 0) {
                throw new IOException("the WebP file transforms its pixels twice in one way");
            }
            seen |= 1 << kind;
            Transform transform =
                    switch (kind) {
                        case 0 -> PredictorTransform.read(in, below, height);
                        case 1 -> ColourTransform.read(in, below, height);
                        case 2 -> new GreenTransform(below);
                        default -> PaletteTransform.read(in, below, height);
                    };
            all.push(transform);
            below = transform.widthBelow();
        }
        return all;
    }
}
