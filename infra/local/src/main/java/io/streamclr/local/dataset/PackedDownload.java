package io.streamclr.local.dataset;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Files out of one archive at a public address, a tar file in gzip. They are taken out as it arrives; nothing else of it is
 * stored.
 *
 * @param archive its address
 * @param entry the path of a part in the archive
 */
record PackedDownload(URI archive, Function<Part, String> entry) implements Way {

    private static final Duration LIMIT = Duration.ofMinutes(60);

    @Override
    public void fetchInto(Path folder, List<Part> parts, FetchListener listener) throws IOException {
        Map<String, Part> wanted = parts.stream().collect(Collectors.toMap(entry, part -> part));
        long before = 0;
        try (InputStream body = HttpBody.open(archive, LIMIT);
                TarArchiveInputStream tar = new TarArchiveInputStream(new GZIPInputStream(body, 1 << 16))) {
            for (TarArchiveEntry next = tar.getNextEntry(); next != null; next = tar.getNextEntry()) {
                Part part = wanted.get(next.getName());
                if (part == null || !next.isFile()) {
                    continue;
                }
                if (next.getSize() > Part.MAX_FILE_BYTES) {
                    throw new IOException(
                            "holds " + next.getName() + " of more than " + Part.MAX_FILE_BYTES + " bytes");
                }
                Path file = folder.resolve(part.file());
                Files.createDirectories(file.getParent());
                before += Files.copy(tar, file);
                listener.fetching(toString(), before);
            }
        } catch (ZipException | EOFException damaged) {
            throw new IOException("sends no whole gzip file", damaged);
        }
    }

    @Override
    public String toString() {
        return archive.getHost();
    }
}
