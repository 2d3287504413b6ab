package io.streamclr.console.page;

import io.streamclr.augment.decode.CutImages;
import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.JpegDecoder;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.decode.SystemFormats;
import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.trainer.render.StoredImage;
import io.streamclr.trainer.render.StoredImages;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Small pictures of images of the stream, by where they lie in their topic. One thread makes them; any may look at those
 * that were made lately.
 */
final class Thumbnails implements AutoCloseable {

    private static final int SIDE = 96;

    /** More than two pages show, so that what a viewer asks for late is still there. */
    private static final int KEPT = 400;

    private final StreamTopics topics;
    private final ImageDecoder decoder =
            new ImageDecoder(DecodeLimits.DEFAULT, JpegDecoder.IMAGEIO, CutImages.KEEP, SystemFormats.ALL);
    private final Map<Place, Thumbnail> made = new LinkedHashMap<>(16, 0.75f, true);
    private StoredImages images;

    /** Where an image lies in its topic. */
    record Place(int partition, long offset) {

        static Place of(StoredEmbedding embedding) {
            return new Place(embedding.partition(), embedding.origin());
        }
    }

    /**
     * A picture, or why there is none.
     *
     * @param png empty where there is none
     * @param reason empty where there is one
     */
    private record Thumbnail(byte[] png, String reason) {

        static Thumbnail none(String reason) {
            return new Thumbnail(new byte[0], reason);
        }
    }

    Thumbnails(StreamTopics topics) {
        this.topics = topics;
    }

    /**
     * Makes the picture of an image, unless it was made before.
     *
     * @return why there is none; empty if there is one
     * @throws RefusalException if the topic of images cannot be read
     */
    Optional<String> make(StoredEmbedding embedding) {
        Place place = Place.of(embedding);
        Thumbnail known = known(place);
        if (known == null) {
            known = of(embedding);
            keep(place, known);
        }
        return known.reason().isEmpty() ? Optional.empty() : Optional.of(known.reason());
    }

    private Thumbnail of(StoredEmbedding embedding) {
        Optional<StoredImage> stored = stored(embedding);
        if (stored.isEmpty()) {
            return Thumbnail.none("Topic " + topics.images() + " has nothing at this place any more");
        }
        byte[] encoded = stored.get().encoded();
        if (!ImageId.of(encoded).equals(ImageId.parse(embedding.record().getImageId()))) {
            return Thumbnail.none("Topic " + topics.images() + " has another image at this place");
        }
        return decoder.decode(encoded)
                .match(
                        decoded -> new Thumbnail(small(decoded.pixels()), ""),
                        rejected -> Thumbnail.none(rejected.reason() + ": " + OneLine.of(rejected.detail())));
    }

    private Optional<StoredImage> stored(StoredEmbedding embedding) {
        if (images == null || embedding.origin() >= images.end().getOrDefault(embedding.partition(), 0L)) {
            closeImages(); // they know how far the topic went when they were opened, and no further
            images = new StoredImages(topics.kafka(), topics.images());
        }
        List<StoredImage> found = new ArrayList<>();
        images.readWhatIsThere(embedding.partition(), embedding.origin(), embedding.origin() + 1, found::add);
        return found.stream().findFirst();
    }

    private static byte[] small(Pixels pixels) {
        return Picture.of(pixels.width(), pixels.height(), ByteBuffer.wrap(pixels.rgb()))
                .within(SIDE)
                .png();
    }

    private synchronized Thumbnail known(Place place) {
        return made.get(place);
    }

    private synchronized void keep(Place place, Thumbnail thumbnail) {
        made.put(place, thumbnail);
        if (made.size() > KEPT) {
            made.remove(made.keySet().iterator().next());
        }
    }

    /** @throws RefusalException if it was not made lately */
    byte[] png(Place place) {
        Thumbnail known = known(place);
        if (known == null || !known.reason().isEmpty()) {
            throw new RefusalException(
                    known == null ? "This image is not among the newest of the stream any more" : known.reason());
        }
        return known.png();
    }

    /** Ends the reading; what was made can be looked at further on. */
    @Override
    public void close() {
        closeImages();
        decoder.close();
    }

    private void closeImages() {
        if (images != null) {
            images.close();
            images = null;
        }
    }
}
