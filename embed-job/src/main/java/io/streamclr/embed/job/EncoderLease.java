package io.streamclr.embed.job;

import io.streamclr.trainer.encoder.Encoder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * An encoder that this process has loaded, once for all subtasks in it. The last lease that is given back frees it. Safe for
 * use by many threads.
 */
final class EncoderLease implements AutoCloseable {

    private static final Map<Path, EncoderLease> OPEN = new HashMap<>();

    private final Path place;
    private final Encoder encoder;
    private int users;

    private EncoderLease(Path place, Encoder encoder) {
        this.place = place;
        this.encoder = encoder;
    }

    /**
     * A lease of the encoder in a folder.
     *
     * @throws io.streamclr.schemas.RefusalException if it cannot be loaded
     */
    static EncoderLease of(Path place, Encoder.Options options) {
        synchronized (OPEN) {
            EncoderLease lease =
                    OPEN.computeIfAbsent(place, absent -> new EncoderLease(absent, Encoder.open(absent, options)));
            lease.users++;
            return lease;
        }
    }

    Encoder encoder() {
        return encoder;
    }

    /** Gives the lease back, once for each time that it was taken. */
    @Override
    public void close() {
        synchronized (OPEN) {
            users--;
            if (users == 0) {
                OPEN.remove(place);
                encoder.close();
            }
        }
    }
}
