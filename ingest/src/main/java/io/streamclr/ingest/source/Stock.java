package io.streamclr.ingest.source;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;

/** How many images a file holds, as far as it says so before they are read. */
final class Stock {

    private static final int CIFAR_PIXEL_BYTES = 3 * 32 * 32;

    private Stock() {}

    /** Empty if it does not say, or what it says cannot be read. */
    static OptionalLong of(Path file, FileKind kind, Packing packing) {
        try {
            return switch (kind) {
                case TAR -> OptionalLong.of(inTar(file, packing));
                case IDX_IMAGES -> inIdx(file, packing);
                case CIFAR_10 -> OptionalLong.of(Files.size(file) / (1 + CIFAR_PIXEL_BYTES));
                case CIFAR_100 -> OptionalLong.of(Files.size(file) / (2 + CIFAR_PIXEL_BYTES));
                case PARQUET -> OptionalLong.of(inParquet(file));
                case IMAGE, ZIP, IDX_LABELS, VIDEO, GZIP, BZIP2, XZ, ZSTD, OTHER -> OptionalLong.empty();
            };
        } catch (IOException | RuntimeException unreadable) { // who reads the file says so
            return OptionalLong.empty();
        }
    }

    private static long inTar(Path file, Packing packing) throws IOException {
        long count = 0;
        try (TarHeaders headers = TarHeaders.of(file, packing)) {
            while (headers.next()) {
                count += FileKind.saysImage(headers.name()) ? 1 : 0;
            }
        }
        return count;
    }

    private static OptionalLong inIdx(Path file, Packing packing) throws IOException {
        try (FileBytes bytes = FileBytes.open(file, packing)) {
            DataInputStream in = new DataInputStream(bytes.stream());
            in.skipNBytes(Integer.BYTES);
            int count = in.readInt();
            return count >= 0 ? OptionalLong.of(count) : OptionalLong.empty();
        }
    }

    private static long inParquet(Path file) throws IOException {
        ChannelInputFile input = new ChannelInputFile(file);
        ParquetLimits.usual().requireFooter(input);
        try (ParquetFileReader reader = ParquetFileReader.open(
                input,
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
            return Math.max(0, reader.getRecordCount());
        }
    }
}
