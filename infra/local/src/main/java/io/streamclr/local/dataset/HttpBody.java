package io.streamclr.local.dataset;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Timer;
import java.util.TimerTask;

/** What a public address answers, for a limited time: a server that stops sending would keep the reader for ever. */
final class HttpBody extends FilterInputStream {

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(15);

    private final Timer watch = new Timer("download-limit", true);

    private HttpBody(InputStream body, Duration limit) {
        super(body);
        watch.schedule(closing(body), limit.toMillis());
    }

    /**
     * Asks for it.
     *
     * @param limit for all of the body
     * @throws IOException if nobody answers, or not with 200; the message says so in a few words
     */
    static HttpBody open(URI address, Duration limit) throws IOException {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(CONNECT_LIMIT)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(CONNECT_LIMIT).build();
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != 200) {
                response.body().close();
                throw new IOException("answers with status " + response.statusCode());
            }
            return new HttpBody(response.body(), limit);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stop);
        } catch (ConnectException unreachable) {
            throw new IOException("not reachable from here", unreachable);
        }
    }

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
    public void close() throws IOException {
        watch.cancel();
        super.close();
    }
}
