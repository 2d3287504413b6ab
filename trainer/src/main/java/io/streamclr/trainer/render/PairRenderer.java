package io.streamclr.trainer.render;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.DecodeRegion;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewEngine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.ViewPair;

/** Draws pairs again as the augment job drew them. Holds a decoder and an engine, so each thread needs its own. */
public final class PairRenderer implements AutoCloseable {

    /** What the job let pass is let pass: its views were trained. */
    private static final DecodeLimits WIDEST = new DecodeLimits(700_000_000, Integer.MAX_VALUE, 1, Integer.MAX_VALUE);

    private final ImageDecoder decoder;
    private final ViewEngine engine;
    private final String fingerprint;

    /** @param fingerprint of the recipe as it stood in the views */
    public PairRenderer(Recipe recipe, String fingerprint) {
        this.decoder = recipe.imageDecoder(WIDEST);
        this.engine = new ViewEngine(recipe);
        this.fingerprint = fingerprint;
    }

    /**
     * The pixels of an image, upright.
     *
     * @throws RefusalException if it cannot be decoded
     */
    public Pixels decode(StoredImage stored) {
        return decode(stored, DecodeRegion.WHOLE);
    }

    private Pixels decode(StoredImage stored, DecodeRegion wanted) {
        return decoder.decode(stored.encoded(), wanted).match(decoded -> decoded.pixels(), rejected -> {
            throw new RefusalException("The image at partition " + stored.partition() + ", offset " + stored.offset()
                    + " cannot be decoded (" + rejected.detail() + "); is this the topic that the views were rendered"
                    + " from?");
        });
    }

    @Override
    public void close() {
        decoder.close();
    }

    /** The record of both views of an image. */
    public ViewPair draw(StoredImage stored, long runSeed, int pass) {
        ImageId id = ImageId.of(stored.encoded());
        Pixels pixels = decode(stored, engine.wanted(runSeed, id, pass));
        return new ViewPair(
                id.toString(),
                pass,
                new Origin(stored.partition(), stored.offset()),
                runSeed,
                fingerprint,
                engine.draw(pixels, runSeed, id, pass, 0),
                engine.draw(pixels, runSeed, id, pass, 1),
                engine.pictureHash(pixels));
    }
}
