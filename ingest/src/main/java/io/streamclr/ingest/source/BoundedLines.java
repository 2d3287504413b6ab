package io.streamclr.ingest.source;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** The lines of a stream that strangers write: of a line that is too long the rest is passed over and not kept. */
public final class BoundedLines {

    private final InputStream in;
    private final int maxBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    /** Whether the line is longer than allowed. */
    private boolean cut;
    /** Whether the line is read to its end. */
    private boolean whole;

    private long bytesRead;
    private boolean ended;

    /**
     * A line without what ends it.
     *
     * @param bytes owned by this record
     * @param cut whether it was longer than allowed, and this is its beginning
     */
    public record Line(byte[] bytes, boolean cut) {}

    /** @param maxBytes the longest line, 1 or more */
    public BoundedLines(InputStream in, int maxBytes) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.maxBytes = maxBytes;
    }

    /** Whether the next line can be had without waiting for who writes it: to its end, or the end of the stream. */
    public boolean ready() throws IOException {
        for (int here = in.available(); here > 0 && !whole && !ended; here--) {
            readByte();
        }
        return whole || ended;
    }

    /** The next line, which may be empty; nothing at the end of the stream. */
    public Optional<Line> next() throws IOException {
        while (!whole && !ended) {
            readByte();
        }
        if (!whole && line.size() == 0) {
            return Optional.empty();
        }
        Line read = new Line(line.toByteArray(), cut);
        line.reset();
        cut = false;
        whole = false;
        return Optional.of(read);
    }

    private void readByte() throws IOException {
        int value = in.read();
        if (value < 0) {
            ended = true;
            return;
        }
        bytesRead++;
        if (value == '\n') {
            whole = true;
        } else if (line.size() < maxBytes) {
            line.write(value);
        } else {
            cut = true;
        }
    }

    public long bytesRead() {
        return bytesRead;
    }
}
