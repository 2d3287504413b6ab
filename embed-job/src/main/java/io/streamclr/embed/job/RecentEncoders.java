package io.streamclr.embed.job;

import io.streamclr.schemas.record.EncoderSwitch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/** The two encoders that were used last: around a switch, partitions use the old and the new one in turn. For one thread. */
final class RecentEncoders implements AutoCloseable {

    private static final int KEPT = 2;

    private final EmbedSettings settings;
    private final Deque<LoadedEncoder> recent = new ArrayDeque<>();

    RecentEncoders(EmbedSettings settings) {
        this.settings = settings;
    }

    /** Whether it is loaded. */
    boolean holds(EncoderSwitch entry) {
        return recent.stream().anyMatch(loaded -> loaded.entry().equals(entry));
    }

    /**
     * The encoder of an entry, loaded if it is not; then the one that was not used for longest is freed.
     *
     * @throws io.streamclr.schemas.RefusalException if it cannot be loaded
     */
    LoadedEncoder of(EncoderSwitch entry) {
        for (Iterator<LoadedEncoder> each = recent.iterator(); each.hasNext(); ) {
            LoadedEncoder loaded = each.next();
            if (loaded.entry().equals(entry)) {
                each.remove();
                recent.addFirst(loaded);
                return loaded;
            }
        }
        if (recent.size() == KEPT) {
            recent.removeLast().close();
        }
        LoadedEncoder loaded = LoadedEncoder.of(entry, settings);
        recent.addFirst(loaded);
        return loaded;
    }

    @Override
    public void close() {
        recent.forEach(LoadedEncoder::close);
        recent.clear();
    }
}
