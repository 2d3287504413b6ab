package io.streamclr.console.probe;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewEngine;
import io.streamclr.schemas.identity.ImageId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/** Random crops of encoded images, flipped by chance and changed in no other way, on all processors. */
final class Crops implements AutoCloseable {

    private static final List<String> OTHERS = List.of("jitter", "grey", "blur", "solarize", "rotation", "cutout");

    private final List<byte[]> encoded;
    private final Recipe recipe;
    private final Queue<Member> idle = new ConcurrentLinkedQueue<>();

    /**
     * @param encoded images that can be decoded
     * @param recipe says how large crops are, and how often they are flipped
     */
    Crops(List<byte[]> encoded, Recipe recipe) {
        this.encoded = encoded;
        Recipe plain = recipe;
        for (String other : OTHERS) {
            plain = plain.with(other, "off");
        }
        this.recipe = plain;
    }

    /**
     * One crop of each.
     *
     * @param images by their numbers
     * @param pass other ones show other crops
     * @return (images.length, side, side, 3), unsigned bytes, direct
     */
    ByteBuffer of(int[] images, long seed, int pass) {
        int bytes = 3 * recipe.size() * recipe.size();
        ByteBuffer crops = ByteBuffer.allocateDirect(Math.multiplyExact(images.length, bytes))
                .order(ByteOrder.nativeOrder());
        IntStream.range(0, images.length).parallel().forEach(i -> {
            Member member = idle.poll();
            Member one = member == null ? new Member(recipe) : member;
            crops.put(i * bytes, one.crop(encoded.get(images[i]), seed, pass));
            idle.add(one);
        });
        return crops;
    }

    @Override
    public void close() {
        idle.forEach(Member::close);
    }

    /** What one thread needs for itself. */
    private static final class Member {

        private final ImageDecoder decoder;
        private final ViewEngine engine;

        Member(Recipe recipe) {
            this.decoder = recipe.imageDecoder(DecodeLimits.DEFAULT);
            this.engine = new ViewEngine(recipe);
        }

        byte[] crop(byte[] image, long seed, int pass) {
            Pixels pixels = decoder.decode(image).match(Decoding.Decoded::pixels, rejected -> {
                throw new IllegalStateException("An image that could be decoded cannot be any more: " + rejected);
            });
            ByteBuffer view =
                    engine.draw(pixels, seed, ImageId.of(image), pass, 0).getPixels();
            byte[] bytes = new byte[view.remaining()];
            view.duplicate().get(bytes);
            return bytes;
        }

        void close() {
            decoder.close();
        }
    }
}
