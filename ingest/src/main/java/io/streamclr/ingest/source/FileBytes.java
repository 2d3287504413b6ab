package io.streamclr.ingest.source;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A file that is read from front to back, with or without gzip around it, and that says how far it has been read. */
final class FileBytes implements Closeable {

    private static final int BUFFER_BYTES = 1 << 16;

    private final SeekableByteChannel channel;
    private final InputStream stream;

    private FileBytes(SeekableByteChannel channel, InputStream stream) {
        this.channel = channel;
        this.stream = stream;
    }

    /** @param zipped whether the file is compressed by gzip, and what is inside is meant */
    static FileBytes open(Path file, boolean zipped) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(file);
        try {
            InputStream raw = Channels.newInputStream(channel);
            return new FileBytes(
                    channel,
                    zipped ? new GZIPInputStream(raw, BUFFER_BYTES) : new BufferedInputStream(raw, BUFFER_BYTES));
        } catch (IOException notZipped) {
            channel.close();
            throw notZipped;
        }
    }

    /** What is in it, uncompressed and buffered. */
    InputStream stream() {
        return stream;
    }

    /** Bytes of the file, as it lies there, that were read so far; 0 once it is closed. */
    long read() {
        try {
            return channel.isOpen() ? channel.position() : 0;
        } catch (IOException unknown) {
            throw new UncheckedIOException(unknown);
        }
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException harmless) {
            return; // nothing was written, so nothing is lost
        }
    }
}
