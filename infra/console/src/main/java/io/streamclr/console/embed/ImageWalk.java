package io.streamclr.console.embed;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.JpegDecoder;
import io.streamclr.augment.decode.LeftOut;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.decode.SystemFormats;
import io.streamclr.augment.view.Recipe;
import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.trainer.encoder.Embedder;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.encoder.MiddleSquare;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/** Goes through the images of some places in their order, and shows them to an encoder, a batch at a time. */
final class ImageWalk {

    /** Takes what the encoder made of one image. */
    interface Sink {
        void add(Entry entry, float[] features) throws IOException;
    }

    private final ImageDecoder decoder;
    private final MiddleSquare square;
    private final int side;
    private final int batch;
    private long embedded;
    private final LeftOut leftOut = new LeftOut();

    /**
     * @param recipe gives side and filter of the squares that the encoder is shown, and says what becomes of images that
     *     were cut off
     * @param batch images that it is shown at a time, 1 or more
     * @param system which images the system's libraries decode
     */
    ImageWalk(Recipe recipe, int batch, SystemFormats system) {
        // Whatever decoded the images of the training: this one is on every machine, and its pixels are nearly the
        // same.
        this.decoder = new ImageDecoder(DecodeLimits.DEFAULT, JpegDecoder.IMAGEIO, recipe.cutImages(), system);
        this.square = new MiddleSquare(recipe);
        this.side = recipe.size();
        this.batch = batch;
    }

    /** What the encoder makes of one image. */
    Features embed(Pixels image, Embedder encoder) {
        byte[] pixels = square.of(image);
        return encoder.embed(
                ByteBuffer.allocateDirect(pixels.length).put(pixels).flip(), 1, side, side);
    }

    /** @param progress hears how many images are done, after each batch */
    void embed(List<Path> places, Embedder encoder, Sink sink, LongConsumer progress) throws IOException {
        ByteBuffer pixels = ByteBuffer.allocateDirect(Math.multiplyExact(batch, 3 * side * side));
        List<Entry> entries = new ArrayList<>();
        for (Path place : places) {
            try (Stream<Found.Image> images = ImageSource.open(place).images()) {
                for (Iterator<Found.Image> all = images.iterator(); all.hasNext(); ) {
                    Found.Image image = all.next();
                    Optional<Pixels> decoded = decode(image);
                    if (decoded.isEmpty()) {
                        continue;
                    }
                    pixels.put(square.of(decoded.get()));
                    entries.add(new Entry(
                            ImageId.of(image.encoded()).toString(),
                            image.source(),
                            image.label().orElse(Entry.NO_LABEL),
                            image.className()));
                    if (entries.size() == batch) {
                        show(pixels, entries, encoder, sink);
                        progress.accept(embedded);
                    }
                }
            }
        }
        if (!entries.isEmpty()) {
            show(pixels, entries, encoder, sink);
            progress.accept(embedded);
        }
    }

    private void show(ByteBuffer pixels, List<Entry> entries, Embedder encoder, Sink sink) throws IOException {
        Features features = encoder.embed(pixels.flip(), entries.size(), side, side);
        for (int row = 0; row < entries.size(); row++) {
            sink.add(entries.get(row), features.row(row));
        }
        embedded += entries.size();
        entries.clear();
        pixels.clear();
    }

    /** The pictures of these images, as far as they lie at these places. */
    Map<String, Pixels> pictures(List<Path> places, Set<String> ids) {
        Map<String, Pixels> found = new LinkedHashMap<>();
        for (Path place : places) {
            try (Stream<Found.Image> images = ImageSource.open(place).images()) {
                for (Iterator<Found.Image> all = images.iterator(); all.hasNext() && found.size() < ids.size(); ) {
                    byte[] encoded = all.next().encoded();
                    String id = ImageId.of(encoded).toString();
                    if (ids.contains(id) && !found.containsKey(id)) {
                        decode(encoded).match(picture -> found.put(id, picture.pixels()), rejected -> null);
                    }
                }
            }
        }
        return found;
    }

    private Optional<Pixels> decode(Found.Image image) {
        return decoder.decode(image.encoded()).match(decoded -> Optional.of(decoded.pixels()), rejected -> {
            leftOut.add(image.source(), rejected);
            return Optional.empty();
        });
    }

    /** The image, or why there is none. */
    Decoding decode(byte[] encoded) {
        return decoder.decode(encoded);
    }

    /** Images that the encoder was shown. */
    long embedded() {
        return embedded;
    }

    /** Images that were left out because they cannot be decoded. */
    LeftOut leftOut() {
        return leftOut;
    }
}
