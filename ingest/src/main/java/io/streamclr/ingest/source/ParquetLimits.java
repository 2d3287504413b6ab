package io.streamclr.ingest.source;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.PrimitiveType;
import shaded.parquet.org.apache.thrift.TException;
import shaded.parquet.org.apache.thrift.protocol.TCompactProtocol;
import shaded.parquet.org.apache.thrift.protocol.TProtocolUtil;
import shaded.parquet.org.apache.thrift.transport.TIOStreamTransport;

/**
 * Holds what a Parquet file claims of its sizes against what may be. The library allocates by these claims, so they are
 * looked at before it is asked for anything.
 */
final class ParquetLimits {

    private static final int MAX_FOOTER_BYTES = 64 << 20;
    /** Structs and lists within each other; the format itself has about ten. */
    private static final int MAX_FOOTER_DEPTH = 64;
    /** Thrift's number for a struct, which a footer is. */
    private static final byte THRIFT_STRUCT = 12;
    /** The footer's length and the mark of the format, at the end of the file. */
    private static final int TAIL_BYTES = 8;

    private final long maxGroupBytes;

    /** @param maxGroupBytes of a row group's columns as they lie there, and of each of their pages unpacked */
    ParquetLimits(long maxGroupBytes) {
        this.maxGroupBytes = maxGroupBytes;
    }

    /** Half a gibibyte, or a quarter of this process's memory where that is less: columns and pages are in it at once. */
    static ParquetLimits usual() {
        return new ParquetLimits(Math.min(512L << 20, Runtime.getRuntime().maxMemory() / 4));
    }

    /** @throws IOException that says what is wrong, if the footer is too large or reaches out of the file */
    void requireFooter(InputFile file) throws IOException {
        long size = file.getLength();
        if (size < TAIL_BYTES) {
            throw new IOException("it has " + size + " bytes");
        }
        ByteBuffer tail = ByteBuffer.allocate(TAIL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (SeekableInputStream in = file.newStream()) {
            in.seek(size - TAIL_BYTES);
            in.readFully(tail);
        }
        long footer = Integer.toUnsignedLong(tail.getInt(0));
        if (footer > MAX_FOOTER_BYTES || footer > size - TAIL_BYTES) {
            throw new IOException("its footer claims " + footer + " bytes");
        }
        byte[] content = new byte[(int) footer];
        try (SeekableInputStream in = file.newStream()) {
            in.seek(size - TAIL_BYTES - footer);
            in.readFully(content);
        }
        requireLists(content);
    }

    /**
     * Walks through a footer and keeps nothing of it. The library makes room for as many row groups and columns as a
     * list claims before it reads the first, so two billion of them are found out here.
     */
    private static void requireLists(byte[] footer) throws IOException {
        try {
            TProtocolUtil.skip(
                    new TCompactProtocol(new TIOStreamTransport(new ByteArrayInputStream(footer))),
                    THRIFT_STRUCT,
                    MAX_FOOTER_DEPTH);
        } catch (TException damaged) {
            throw new IOException("its footer claims more than it has", damaged);
        }
    }

    /**
     * @param columns of one row group, those that will be read
     * @throws IOException that says what is wrong, if they are too large or reach out of the file
     */
    void requireGroup(InputFile file, List<ColumnChunkMetaData> columns) throws IOException {
        long size = file.getLength();
        long total = 0;
        for (ColumnChunkMetaData column : columns) {
            long from = column.getStartingPos();
            long bytes = column.getTotalSize();
            if (from < 0 || bytes < 0 || from > size || bytes > size - from) {
                throw new IOException("a column claims bytes that the file does not have");
            }
            total += bytes;
        }
        if (total > maxGroupBytes) {
            throw new IOException("a row group has " + total + " bytes of images, and " + maxGroupBytes
                    + " are allowed with this much memory");
        }
        for (ColumnChunkMetaData column : columns) {
            try (SeekableInputStream in = file.newStream()) {
                in.seek(column.getStartingPos());
                requirePages(new BufferedInputStream(in), column);
            }
        }
    }

    private void requirePages(InputStream in, ColumnChunkMetaData column) throws IOException {
        long values = 0;
        while (values < column.getValueCount()) {
            PageHeader page = Util.readPageHeader(in);
            long packed = page.getCompressed_page_size();
            if (packed < 0 || page.getUncompressed_page_size() < 0 || packed > column.getTotalSize()) {
                throw new IOException("a page claims bytes that its column does not have");
            }
            if (page.getUncompressed_page_size() > maxGroupBytes) {
                throw new IOException("a page claims " + page.getUncompressed_page_size() + " bytes unpacked, and "
                        + maxGroupBytes + " are allowed with this much memory");
            }
            if (page.getType() == PageType.DICTIONARY_PAGE) {
                requireDictionary(page, column.getPrimitiveType());
            }
            int held =
                    switch (page.getType()) {
                        case DATA_PAGE -> page.getData_page_header().getNum_values();
                        case DATA_PAGE_V2 -> page.getData_page_header_v2().getNum_values();
                        default -> 0;
                    };
            if (held < 0) {
                throw new IOException("a page claims " + held + " values");
            }
            values += held;
            in.skipNBytes(packed);
        }
    }

    /** The library makes room for as many values as a dictionary claims, whatever is in it. */
    private static void requireDictionary(PageHeader page, PrimitiveType type) throws IOException {
        long held = page.getDictionary_page_header().getNum_values();
        long leastBytes =
                switch (type.getPrimitiveTypeName()) {
                    case BINARY, INT32, FLOAT -> 4; // bytes begin with their length
                    case INT64, DOUBLE -> 8;
                    case INT96 -> 12;
                    case FIXED_LEN_BYTE_ARRAY -> Math.max(1, type.getTypeLength());
                    case BOOLEAN -> 1;
                };
        if (held < 0 || held > page.getUncompressed_page_size() / leastBytes) {
            throw new IOException(
                    "a dictionary of " + page.getUncompressed_page_size() + " bytes claims " + held + " values");
        }
    }
}
