package io.streamclr.console.probe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Optional;

/** Files in a run's folder that are read as a whole. The folder may be somebody else's, so not everything is read. */
public final class SmallFile {

    /** 64 MiB, far above what a run keeps in one of them. */
    public static final int MOST_BYTES = 64 << 20;

    private SmallFile() {}

    /**
     * All bytes of a file; empty where there is none, or a link.
     *
     * @throws IOException if it cannot be read, or has more than {@value #MOST_BYTES} bytes
     */
    public static Optional<byte[]> read(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        if (Files.size(file) > MOST_BYTES) {
            throw tooLong();
        }
        // Links are of this machine's disks; other file systems need not know the option.
        OpenOption[] options = file.getFileSystem() == FileSystems.getDefault()
                ? new OpenOption[] {LinkOption.NOFOLLOW_LINKS}
                : new OpenOption[0];
        try (InputStream in = Files.newInputStream(file, options)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw tooLong();
            }
            return Optional.of(bytes);
        }
    }

    private static IOException tooLong() {
        return new IOException("it has more than " + (MOST_BYTES >> 20) + " MiB");
    }
}
