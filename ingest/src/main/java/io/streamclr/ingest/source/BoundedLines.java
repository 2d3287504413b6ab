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

    /** The next line, which may be empty; nothing at the end of the stream. */
    public Optional<Line> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean cut = false;
        while (true) {
            int value = in.read();
            if (value < 0) {
                ended = true;
                return line.size() == 0 ? Optional.empty() : Optional.of(new Line(line.toByteArray(), cut));
            }
            bytesRead++;
            if (value == '\n') {
                return Optional.of(new Line(line.toByteArray(), cut));
            }
            if (line.size() < maxBytes) {
                line.write(value);
            } else {
                cut = true;
            }
        }
    }

    public long bytesRead() {
        return bytesRead;
    }
}
