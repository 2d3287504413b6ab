package io.streamclr.ingest.source;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorInputStream;

/** What a whole file is compressed by. */
enum Packing {
    NONE(""),
    GZIP("gz"),
    BZIP2("bz2"),
    XZ("xz"),
    ZSTD("zst");

    private static final int BUFFER_BYTES = 1 << 16;
    /** As much as {@code xz -9} needs, and no file needs more. */
    private static final int XZ_MEMORY_KIB = 96 << 10;

    private final String ending;

    Packing(String ending) {
        this.ending = ending;
    }

    /** @throws IOException if it is compressed otherwise, or in a way that takes too much memory */
    InputStream unpack(InputStream raw) throws IOException {
        InputStream in = new BufferedInputStream(raw, BUFFER_BYTES);
        try {
            return switch (this) {
                case NONE -> in;
                case GZIP -> new GZIPInputStream(in, BUFFER_BYTES);
                case BZIP2 -> new BufferedInputStream(new BZip2CompressorInputStream(in, true), BUFFER_BYTES);
                case XZ ->
                    new BufferedInputStream(
                            XZCompressorInputStream.builder()
                                    .setInputStream(in)
                                    .setDecompressConcatenated(true)
                                    .setMemoryLimitKiB(XZ_MEMORY_KIB)
                                    .get(),
                            BUFFER_BYTES);
                case ZSTD -> new BufferedInputStream(new ZstdCompressorInputStream(in), BUFFER_BYTES);
            };
        } catch (LinkageError elsewhere) { // its library is for the usual processors alone
            throw new IOException("what unpacks ." + ending + " does not run on this machine", elsewhere);
        }
    }

    /** The name of what is inside. */
    String nameInside(String name) {
        return name.replaceFirst("(?i)\\.t(gz|bz2?|xz|zst)$", ".tar").replaceFirst("(?i)\\." + ending + "$", "");
    }
}
