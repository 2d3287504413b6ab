package io.streamclr.trainer.encoder;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.identity.Sha256;
import io.streamclr.trainer.form.FileDigest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The digests of a folder's files, in a file that {@code sha256sum --check} reads; it is written last. Its own last line,
 * a comment to that program, sums the lines before it, so that a list which lost or gained a line is known for damaged.
 * Lists of older releases lack that line: they must name exactly the files that are there.
 */
public final class ContentSums {

    public static final String FILE = "SHA256SUMS";

    private static final Logger LOG = LoggerFactory.getLogger(ContentSums.class);

    /** A hundred times what a checkpoint's list has; what is larger is damage, and is not read. */
    private static final int MOST_BYTES = 1 << 16;

    private static final String CHANGED = " has changed since it was written";
    private static final Pattern LINE = Pattern.compile("([0-9a-f]{64})  ([^/\\\\\n]+)\n");
    private static final Pattern SUM = Pattern.compile("# the lines above have SHA-256 ([0-9a-f]{64})\n");

    private ContentSums() {}

    /** Adds the digests of everything in the folder and forces all of it to the disk. */
    public static void seal(Path folder) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (Path file : files(folder)) {
            lines.append(FileDigest.of(file))
                    .append("  ")
                    .append(file.getFileName())
                    .append('\n');
        }
        String sum = digest(lines.toString());
        Files.writeString(
                folder.resolve(FILE),
                lines.append("# the lines above have SHA-256 ").append(sum).append('\n'));
        if (folder.getFileSystem() == FileSystems.getDefault()) {
            for (Path file : files(folder)) {
                force(file);
            }
            force(folder);
        }
    }

    /** Whether the digests are there. */
    public static boolean isSealed(Path folder) {
        return Files.exists(folder.resolve(FILE));
    }

    /**
     * What is wrong with the folder, in words; empty if every file is as it was written. Files that others put there are
     * reported in the log, and are no damage.
     */
    public static Optional<String> damage(Path folder) {
        try {
            String list = list(folder.resolve(FILE));
            int last = list.lastIndexOf('\n', list.length() - 2) + 1;
            Matcher sum = SUM.matcher(list.substring(last));
            boolean summed = sum.matches();
            String lines = summed ? list.substring(0, last) : list;
            if (summed && !digest(lines).equals(sum.group(1))) {
                return Optional.of(FILE + CHANGED);
            }
            Set<String> unlisted = names(folder);
            unlisted.remove(FILE);
            Optional<String> damage = damage(folder, lines, unlisted);
            if (damage.isEmpty() && !unlisted.isEmpty()) {
                String stranger = unlisted.iterator().next();
                if (!summed) {
                    return Optional.of(FILE + " does not name " + stranger);
                }
                LOG.warn(
                        "checkpoint holds what was not saved with it, which is passed over path={} entries={} first={}",
                        folder,
                        unlisted.size(),
                        stranger);
            }
            return damage;
        } catch (IOException unreadable) {
            return Optional.of(FILE + " cannot be read: " + FileFault.of(unreadable));
        }
    }

    /** SHA-256 of each file that is listed, by its name. */
    static Map<String, String> digests(Path folder) throws IOException {
        Map<String, String> digests = new LinkedHashMap<>();
        LINE.matcher(list(folder.resolve(FILE))).results().forEach(line -> digests.put(line.group(2), line.group(1)));
        return digests;
    }

    /** @param unlisted loses what is listed */
    private static Optional<String> damage(Path folder, String lines, Set<String> unlisted) throws IOException {
        if (lines.isEmpty()) {
            return Optional.of(FILE + " is empty");
        }
        Matcher line = LINE.matcher(lines);
        int read = 0;
        while (line.find() && line.start() == read) {
            Path file = folder.resolve(line.group(2));
            unlisted.remove(line.group(2));
            if (!Files.isRegularFile(file)) {
                return Optional.of(file.getFileName() + " is missing");
            }
            if (!FileDigest.of(file).equals(line.group(1))) {
                return Optional.of(file.getFileName() + CHANGED);
            }
            read = line.end();
        }
        return read == lines.length() ? Optional.empty() : Optional.of(FILE + CHANGED);
    }

    /** Each byte a character, so that no byte is lost on the way to the digest. */
    private static String list(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new IOException("it has more than " + MOST_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static String digest(String lines) {
        return HexFormat.of().formatHex(Sha256.begin().digest(lines.getBytes(StandardCharsets.ISO_8859_1)));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** What lies in the folder; what is hidden belongs to file systems and desktops. */
    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(SavedSteps::name)
                    .filter(name -> !name.startsWith("."))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Makes a file, or a folder's own entries, durable; of the machine's own file systems. */
    public static void force(Path path) throws IOException {
        StandardOpenOption how = Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, how)) {
            channel.force(true);
        }
    }
}
