package io.streamclr.ingest.source;

import io.streamclr.schemas.identity.Seeds;
import java.util.Optional;

/** Of a source those images that chance takes, or those that it leaves. */
final class Sample implements ImageSource {

    private final ImageSource all;
    private final long seed;
    private final double share;
    private final boolean taken;
    private long images;

    /**
     * @param name of the source
     * @param share how many are taken, 0 to 1
     * @param taken whether these are meant, or the others
     */
    Sample(ImageSource all, long seed, String name, double share, boolean taken) {
        this.all = all;
        this.seed = Seeds.of(seed, name, 1);
        this.share = share;
        this.taken = taken;
    }

    @Override
    public Optional<Found> next() {
        while (true) {
            Optional<Found> found = all.next();
            boolean isImage = found.isPresent() && found.get() instanceof Found.Image;
            // What is no image is reported the first time.
            boolean kept = isImage ? isTaken(images++) == taken : taken;
            if (found.isEmpty() || kept) {
                return found;
            }
        }
    }

    private boolean isTaken(long number) {
        return (Seeds.of(seed, "sample", number) >>> 11) * 0x1.0p-53 < share;
    }

    @Override
    public long bytesRead() {
        return all.bytesRead();
    }

    @Override
    public void close() {
        all.close();
    }
}
