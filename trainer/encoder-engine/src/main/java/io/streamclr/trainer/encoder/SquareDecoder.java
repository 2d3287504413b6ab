package io.streamclr.trainer.encoder;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.view.Recipe;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Turns files of images into what an encoder is shown: the middle square of each, resized to the encoder's side by the
 * filter of its recipe, the same bytes on every machine. Holds buffers and readers, so each thread needs its own.
 */
public final class SquareDecoder implements AutoCloseable {

    private static final int CHANNELS = 3;

    private final ImageDecoder decoder;
    private final MiddleSquare square;
    private final int side;

    /**
     * A decoder for one thread, of images that have what {@link DecodeLimits#DEFAULT} allows.
     *
     * @param recipe gives the side, the filter, and how files are decoded; {@link ShippedEncoder#plainRecipe} of an encoder
     */
    public SquareDecoder(Recipe recipe) {
        this(recipe, DecodeLimits.DEFAULT);
    }

    /** The same for images within other limits. */
    public SquareDecoder(Recipe recipe, DecodeLimits limits) {
        this.decoder = recipe.imageDecoder(limits);
        this.square = new MiddleSquare(recipe);
        this.side = recipe.size();
    }

    /** Height and width of a square, in pixels. */
    public int side() {
        return side;
    }

    /** Bytes of a square: side x side x 3. */
    public int bytes() {
        return bytes(side);
    }

    static int bytes(int side) {
        return Math.multiplyExact(Math.multiplyExact(side, side), CHANNELS);
    }

    /**
     * Decodes an image and appends its square.
     *
     * @param encoded a file of one image, in a format that {@link ImageDecoder} knows; any bytes, never changed
     * @param squares with room for {@link #bytes} from its position on, which the square's end becomes: (side, side, 3)
     *     unsigned bytes, row by row, red before green before blue
     * @return why there is no square, and then nothing was appended; empty if there is one
     * @throws IllegalArgumentException if the buffer has no room
     */
    public Optional<Decoding.Rejected> append(byte[] encoded, ByteBuffer squares) {
        if (squares.remaining() < bytes()) {
            throw new IllegalArgumentException(
                    "A square takes " + bytes() + " bytes, and the buffer has room for " + squares.remaining());
        }
        return decoder.decode(encoded)
                .match(
                        decoded -> {
                            squares.put(square.of(decoded.pixels()));
                            return Optional.empty();
                        },
                        Optional::of);
    }

    /** Ends the process in which libraries of the system decode, where the recipe asks for them. */
    @Override
    public void close() {
        decoder.close();
    }
}
