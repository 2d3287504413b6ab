package io.streamclr.console.probe;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewEngine;
import io.streamclr.ingest.source.Found;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.View;
import io.streamclr.trainer.encoder.MiddleSquare;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Decodes images on all processors and hands them out in their order. */
final class DecodingTeam implements AutoCloseable {

    /** Pass number of probing views: no run reaches it, so the encoder has never seen them. */
    private static final int PROBE_PASS = Integer.MAX_VALUE;

    private final Recipe recipe;
    private final OptionalLong viewSeed;
    private final boolean centres;
    private final Queue<Member> idle = new ConcurrentLinkedQueue<>();

    /**
     * @param recipe gives the side, and draws the views
     * @param viewSeed seed of the random views; without it none are rendered
     * @param centres whether centres are asked for
     */
    DecodingTeam(Recipe recipe, OptionalLong viewSeed, boolean centres) {
        this.recipe = recipe;
        this.centres = centres;
        this.viewSeed = viewSeed;
    }

    /**
     * What became of one image.
     *
     * @param square its middle, (side, side, 3) unsigned bytes; without bytes if it cannot be decoded
     * @param view a fresh random view, likewise; without bytes if none is rendered
     * @param centre as {@link MiddleSquare#centreOf} has it; without bytes if it is not asked for
     * @param rejected why it cannot be decoded
     */
    record Shown(Found.Image image, byte[] square, byte[] view, byte[] centre, Optional<Decoding.Rejected> rejected) {}

    /** Decodes these, and takes as many processors for it as there are. */
    List<Shown> show(List<Found.Image> images) {
        return images.parallelStream()
                .map(image -> {
                    Member member = idle.poll();
                    Member one = member == null ? new Member(recipe) : member;
                    Shown shown = one.show(image, viewSeed, centres);
                    idle.add(one);
                    return shown;
                })
                .toList();
    }

    @Override
    public void close() {
        idle.forEach(Member::close);
    }

    /** What one thread needs for itself. */
    private static final class Member {

        private static final byte[] NONE = new byte[0];

        private final ImageDecoder decoder;
        private final ViewEngine engine;
        private final MiddleSquare square;

        Member(Recipe recipe) {
            this.decoder = recipe.imageDecoder(DecodeLimits.DEFAULT);
            this.engine = new ViewEngine(recipe);
            this.square = new MiddleSquare(recipe);
        }

        Shown show(Found.Image image, OptionalLong viewSeed, boolean centres) {
            return decoder.decode(image.encoded())
                    .match(
                            decoded -> new Shown(
                                    image,
                                    square.of(decoded.pixels()),
                                    viewSeed.isPresent() ? view(image, decoded.pixels(), viewSeed.getAsLong()) : NONE,
                                    centres ? square.centreOf(decoded.pixels()) : NONE,
                                    Optional.empty()),
                            rejected -> new Shown(image, NONE, NONE, NONE, Optional.of(rejected)));
        }

        private byte[] view(Found.Image image, Pixels pixels, long seed) {
            View view = engine.draw(pixels, seed, ImageId.of(image.encoded()), PROBE_PASS, 0);
            byte[] bytes = new byte[view.getPixels().remaining()];
            view.getPixels().duplicate().get(bytes);
            return bytes;
        }

        void close() {
            decoder.close();
        }
    }
}
