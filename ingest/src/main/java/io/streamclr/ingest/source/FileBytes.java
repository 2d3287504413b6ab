package io.streamclr.ingest.source;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is read from front to back, unpacked on the way, and that says how far it has been read. */
final class FileBytes implements Closeable {

    /** So much may come of nearly nothing, as empty pictures and the ends of archives do. */
    private static final long BOMB_BYTES = 1L << 30;
    /** What comes of more than {@link #BOMB_BYTES}, in the mean of all that was read; images are packed already. */
    private static final long MOST_TIMES = 1000;

    private final SeekableByteChannel channel;
    private final InputStream stream;

    private FileBytes(SeekableByteChannel channel, InputStream stream) {
        this.channel = channel;
        this.stream = stream;
    }

    /** @param packing what the file is compressed by, and what is inside is meant */
    static FileBytes open(Path file, Packing packing) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(file);
        try {
            InputStream unpacked = packing.unpack(Channels.newInputStream(channel));
            return new FileBytes(channel, packing == Packing.NONE ? unpacked : new Bounded(unpacked, channel));
        } catch (IOException notPacked) {
            channel.close();
            throw notPacked;
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

    /** Fails when a file unpacks to so much that it must be a bomb, which would keep us busy for days. */
    private static final class Bounded extends FilterInputStream {

        private final SeekableByteChannel packed;
        private long unpacked;

        Bounded(InputStream in, SeekableByteChannel packed) {
            super(in);
            this.packed = packed;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            count(Math.max(0, read));
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            count(skipped);
            return skipped;
        }

        private void count(long bytes) throws IOException {
            unpacked += bytes;
            if (unpacked > BOMB_BYTES && unpacked / MOST_TIMES > packed.position()) {
                throw new IOException("it unpacks to more than " + MOST_TIMES + " times its size");
            }
        }
    }
}
