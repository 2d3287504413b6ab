package io.streamclr.trainer.checkpoint;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The digests of a folder's files, in a file that {@code sha256sum --check} reads; it is written last. */
final class ContentSums {

    static final String FILE = "SHA256SUMS";

    private ContentSums() {}

    /** Adds the digests of everything in the folder and forces all of it to the disk. */
    static void seal(Path folder) throws IOException {
        StringBuilder sums = new StringBuilder();
        for (Path file : files(folder)) {
            sums.append(digest(file)).append("  ").append(file.getFileName()).append('\n');
        }
        Files.writeString(folder.resolve(FILE), sums);
        if (folder.getFileSystem() == FileSystems.getDefault()) {
            for (Path file : files(folder)) {
                force(file);
            }
            force(folder);
        }
    }

    /** Whether the digests are there. */
    static boolean isSealed(Path folder) {
        return Files.exists(folder.resolve(FILE));
    }

    /** What is wrong with the folder, in words; empty if every file is as it was written. */
    static Optional<String> damage(Path folder) {
        try {
            List<String> lines = Files.readAllLines(folder.resolve(FILE), StandardCharsets.UTF_8);
            for (String line : lines) {
                int gap = line.indexOf("  ");
                if (gap < 0) {
                    return Optional.of(FILE + " has changed since it was written");
                }
                Path file = folder.resolve(line.substring(gap + 2));
                if (!Files.isRegularFile(file)) {
                    return Optional.of(file.getFileName() + " is missing");
                }
                if (!digest(file).equals(line.substring(0, gap))) {
                    return Optional.of(file.getFileName() + " has changed since it was written");
                }
            }
            return lines.isEmpty() ? Optional.of(FILE + " is empty") : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.of(FILE + " cannot be read: " + unreadable);
        }
    }

    /** SHA-256 of a file in hexadecimal digits. */
    static String digest(Path file) throws IOException {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("Every Java platform must have SHA-256", missing);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] piece = new byte[1 << 16];
            for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
                sha256.update(ByteBuffer.wrap(piece, 0, read));
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** Makes a file, or a folder's own entries, durable; of the machine's own file systems. */
    static void force(Path path) throws IOException {
        StandardOpenOption how = Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }
}
