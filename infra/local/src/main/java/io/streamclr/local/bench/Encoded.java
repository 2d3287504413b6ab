package io.streamclr.local.bench;

import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The images that a benchmark measures with. */
final class Encoded {

    private Encoded() {}

    /**
     * The first images of a source, encoded, in its order.
     *
     * @throws RefusalException if there is none
     */
    static List<byte[]> first(int count, Path images) {
        try (Stream<Found.Image> found = ImageSource.open(images).images()) {
            List<byte[]> encoded = found.limit(count).map(Found.Image::encoded).toList();
            if (encoded.isEmpty()) {
                throw new RefusalException("No image lies under " + images + "; name a folder of images");
            }
            return encoded;
        }
    }
}
