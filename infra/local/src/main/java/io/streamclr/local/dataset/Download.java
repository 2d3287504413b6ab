package io.streamclr.local.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Timer;
import java.util.TimerTask;

/**
 * Files from a public address.
 *
 * @param base where the files lie; ends with a slash
 */
record Download(URI base) implements Way {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(15);
    private static final Duration FILE_LIMIT = Duration.ofMinutes(10);
    private static final int CHUNK_BYTES = 1 << 16;

    @Override
    public void fetchInto(Path folder, List<Part> parts, FetchListener listener) throws IOException {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT_LIMIT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        long before = 0;
        for (Part part : parts) {
            Path file = folder.resolve(part.file());
            HttpRequest request = HttpRequest.newBuilder(base.resolve(part.file()))
                    .timeout(CONNECT_LIMIT)
                    .build();
            try {
                HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
                try (InputStream body = response.body()) {
                    if (response.statusCode() != 200) {
                        throw new IOException("answers with status " + response.statusCode());
                    }
                    before += save(body, file, before, listener);
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", stop);
            } catch (ConnectException unreachable) {
                throw new IOException("not reachable from here", unreachable);
            }
        }
    }

    /** Returns how many bytes were saved. */
    private long save(InputStream body, Path file, long before, FetchListener listener) throws IOException {
        Timer watch = new Timer("download-limit", true);
        watch.schedule(closing(body), FILE_LIMIT.toMillis());
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
        } finally {
            watch.cancel();
        }
    }

    /** A server that stops sending keeps the reader waiting for ever, unless somebody else closes the stream. */
    private static TimerTask closing(InputStream body) {
        return new TimerTask() {
            @Override
            public void run() {
                try {
                    body.close();
                } catch (IOException alreadyBroken) {
                    cancel();
                }
            }
        };
    }

    @Override
    public String toString() {
        return base.getHost();
    }
}
