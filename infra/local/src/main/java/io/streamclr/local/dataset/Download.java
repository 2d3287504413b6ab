package io.streamclr.local.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Files from a public address.
 *
 * @param base where the files lie; ends with a slash
 */
record Download(URI base) implements Way {

    private static final Duration FILE_LIMIT = Duration.ofMinutes(10);
    private static final int CHUNK_BYTES = 1 << 16;

    @Override
    public void fetchInto(Path folder, List<Part> parts, FetchListener listener) throws IOException {
        long before = 0;
        for (Part part : parts) {
            try (InputStream body = HttpBody.open(base.resolve(part.file()), FILE_LIMIT)) {
                before += save(body, folder.resolve(part.file()), before, listener);
            }
        }
    }

    /** Returns how many bytes were saved. */
    private long save(InputStream body, Path file, long before, FetchListener listener) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            byte[] chunk = new byte[CHUNK_BYTES];
            long total = 0;
            for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
                total += read;
                if (total > Part.MAX_FILE_BYTES) {
                    throw new IOException("sends more than " + Part.MAX_FILE_BYTES + " bytes");
                }
                out.write(chunk, 0, read);
                listener.fetching(toString(), before + total);
            }
            return total;
        }
    }

    @Override
    public String toString() {
        return base.getHost();
    }
}
