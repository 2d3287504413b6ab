package io.streamclr.augment;

import io.streamclr.schemas.record.RejectedImage;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.sink.Outgoing;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/** Keeps what is written; the cluster runs in this JVM, so a static field is the way out. */
final class CollectingSink implements Sink<Outgoing> {

    private static final long serialVersionUID = 1L;
    private static final Queue<Outgoing> WRITTEN = new ConcurrentLinkedQueue<>();

    /** Forgets what was written so far. */
    static void clear() {
        WRITTEN.clear();
    }

    /** All that was written, in order. */
    static List<Outgoing> written() {
        return List.copyOf(WRITTEN);
    }

    /** The pairs among it. */
    static List<ViewPair> pairs() throws ForeignRecordException {
        List<ViewPair> pairs = new ArrayList<>();
        for (Outgoing written : WRITTEN) {
            if (!written.rejected()) {
                pairs.add(WireFormat.VIEW_PAIR.decode(written.value()));
            }
        }
        return pairs;
    }

    /** The rejects among it. */
    static List<RejectedImage> rejects() throws ForeignRecordException {
        List<RejectedImage> rejects = new ArrayList<>();
        for (Outgoing written : WRITTEN) {
            if (written.rejected()) {
                rejects.add(WireFormat.REJECTED_IMAGE.decode(written.value()));
            }
        }
        return rejects;
    }

    @Override
    public SinkWriter<Outgoing> createWriter(WriterInitContext context) {
        return new SinkWriter<>() {
            @Override
            public void write(Outgoing written, Context context) {
                WRITTEN.add(written);
            }

            @Override
            public void flush(boolean endOfInput) {
                // Nothing waits.
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }
}
