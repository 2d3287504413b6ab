package io.streamclr.ingest.fetch;

import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.Reading;
import io.streamclr.schemas.FileFault;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.DefaultHttpRequestRetryStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.utils.DateUtils;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Fetches images from the web: few at a time from one host, each within a time and a size, with patience where a server
 * asks for it. What cannot be had is {@link Found.Unreadable}. For many threads.
 */
public final class WebImages implements Closeable {

    private static final int TRIES_AGAIN = 3;
    private static final TimeValue BETWEEN_TRIES = TimeValue.ofSeconds(1);
    private static final int MAX_REDIRECTS = 5;
    /** Of a status, a header or the length of a chunk; the client knows no limit by itself. */
    private static final int MAX_LINE_BYTES = 16 << 10;

    private static final int MAX_HEADERS = 100;
    /** Where the client keeps the {@link Deadline} of what it is at. */
    private static final String DEADLINE = "deadline";

    private final Manners manners;
    private final Clock clock;
    private final CloseableHttpClient client;
    private final ExecutorService threads;
    private final ScheduledThreadPoolExecutor deadlines;

    /**
     * How to behave.
     *
     * @param perHost most requests in flight to one host, 1 or more
     * @param inAll most requests in flight, at least {@code perHost}
     * @param silence how long a server may send nothing, and the longest {@code Retry-After} that is waited for
     * @param whole how long one image may take from the moment it has a connection; after a redirect, or when it is
     *     asked for again, it has as long once more
     * @param privateAddresses whether addresses inside the own network are fetched from
     */
    public record Manners(int perHost, int inAll, Duration silence, Duration whole, boolean privateAddresses) {

        /** Two at a time from one host, 16 in all; 30 seconds of silence, a minute for an image. */
        public static Manners usual() {
            return new Manners(2, 16, Duration.ofSeconds(30), Duration.ofMinutes(1), false);
        }

        public Manners allowingPrivateAddresses() {
            return new Manners(perHost, inAll, silence, whole, true);
        }
    }

    /** @param clock dates images whose servers do not */
    public WebImages(Manners manners, Clock clock) {
        this.manners = manners;
        this.clock = clock;
        Timeout silence = Timeout.of(manners.silence());
        DnsResolver names = manners.privateAddresses()
                ? SystemDefaultDnsResolver.INSTANCE
                : new PublicAddresses(SystemDefaultDnsResolver.INSTANCE);
        this.client = HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(names)
                        .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                                .http1Config(Http1Config.custom()
                                        .setMaxLineLength(MAX_LINE_BYTES)
                                        .setMaxHeaderCount(MAX_HEADERS)
                                        .build())
                                .build())
                        .setMaxConnPerRoute(manners.perHost())
                        .setMaxConnTotal(manners.inAll())
                        .setDefaultConnectionConfig(ConnectionConfig.custom()
                                .setConnectTimeout(silence)
                                .setSocketTimeout(silence)
                                .build())
                        .setDefaultSocketConfig(
                                SocketConfig.custom().setSoTimeout(silence).build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom()
                        .setMaxRedirects(MAX_REDIRECTS)
                        .setResponseTimeout(silence)
                        .setConnectionRequestTimeout(Timeout.ofHours(1)) // a host's other images come first
                        .build())
                .setRetryStrategy(new Patience(silence))
                .addExecInterceptorBefore(ChainElement.CONNECT.name(), DEADLINE, WebImages::withinDeadline)
                .setUserAgent("StreamCLR-ingest")
                .disableContentCompression() // what is small on the way may be anything unpacked
                .disableCookieManagement()
                .disableAuthCaching()
                .build();
        this.threads = Executors.newFixedThreadPool(manners.inAll(), work -> daemon(work, "fetch"));
        this.deadlines = new ScheduledThreadPoolExecutor(1, work -> daemon(work, "fetch-deadlines"));
        deadlines.setRemoveOnCancelPolicy(true);
    }

    private static Thread daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Ends a request that takes too long, whatever it waits for: a server may say a little now and then for ever, in the
     * handshake, in headers and between chunks as well as in the image.
     */
    private final class Deadline {

        private final HttpGet request;
        private Future<?> end = CompletableFuture.completedFuture(null);

        Deadline(HttpGet request) {
            this.request = request;
        }

        void begin(ExecRuntime connection) {
            end = deadlines.schedule(() -> end(connection), manners.whole().toNanos(), TimeUnit.NANOSECONDS);
        }

        /** Not between two tries, which may be long by the server's own wish. */
        private void end(ExecRuntime connection) {
            if (connection.isEndpointAcquired()) {
                request.abort();
            }
        }

        void lift() {
            end.cancel(false);
        }
    }

    /** Begins the deadline once there is a connection: while others are served first, nothing is late. */
    private static ClassicHttpResponse withinDeadline(
            ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain) throws IOException, HttpException {
        HttpClientContext context = scope.clientContext;
        Deadline deadline = context.getAttribute(DEADLINE, Deadline.class);
        deadline.lift();
        if (!scope.execRuntime.isEndpointAcquired()) {
            scope.execRuntime.acquireEndpoint(scope.exchangeId, scope.route, context.getUserToken(), context);
        }
        deadline.begin(scope.execRuntime);
        return chain.proceed(request, scope);
    }

    /** Asks again where that may help, after as long as the server says; but not if that is long. */
    private static final class Patience extends DefaultHttpRequestRetryStrategy {

        private final TimeValue longest;

        Patience(TimeValue longest) {
            super(TRIES_AGAIN, BETWEEN_TRIES);
            this.longest = longest;
        }

        @Override
        public boolean retryRequest(HttpResponse response, int tries, HttpContext context) {
            return super.retryRequest(response, tries, context)
                    && getRetryInterval(response, tries, context).compareTo(longest) <= 0;
        }
    }

    /** Begins to fetch; the answer comes when it is this one's turn. */
    Future<Found> fetch(URI address, Reading reading) {
        return threads.submit(() -> get(address, reading));
    }

    private Found get(URI address, Reading reading) {
        String source = address.toString();
        HttpGet request = new HttpGet(address);
        Deadline deadline = new Deadline(request);
        HttpClientContext context = HttpClientContext.create();
        context.setAttribute(DEADLINE, deadline);
        Found found;
        try {
            ClassicHttpResponse response = client.executeOpen(null, request, context);
            found = read(source, response, reading);
            if (found instanceof Found.Image) {
                response.close();
            }
        } catch (UnknownHostException nowhere) {
            found = new Found.Unreadable(source, "has a host that cannot be used: " + nowhere.getMessage());
        } catch (IOException | RuntimeException failed) { // the client throws both for addresses it does not like
            found = new Found.Unreadable(
                    source,
                    request.isAborted()
                            ? "did not come within " + manners.whole().toSeconds() + " s"
                            : "cannot be fetched: " + FileFault.of(failed));
        } finally {
            deadline.lift();
        }
        if (!(found instanceof Found.Image)) {
            request.abort(); // closing would read the rest of the body, which may be endless
        }
        return found;
    }

    private Found read(String source, ClassicHttpResponse response, Reading reading) throws IOException {
        HttpEntity body = response.getEntity();
        if (response.getCode() != 200 || body == null) {
            return new Found.Unreadable(source, "is answered with status " + response.getCode());
        }
        String type = Optional.ofNullable(body.getContentType()).orElse("").toLowerCase(Locale.ROOT);
        if (!type.isEmpty() && !type.startsWith("image/") && !type.startsWith("application/octet-stream")) {
            return new Found.Unreadable(source, "is " + type + " and no image");
        }
        int most = reading.maxImageBytes();
        if (body.getContentLength() > most) {
            return new Found.Unreadable(source, reading.tooLarge());
        }
        byte[] encoded = new byte[(int) Math.max(1 << 16, body.getContentLength() + 1)];
        int length = 0;
        InputStream in = body.getContent();
        for (int read = 0; read >= 0; read = in.read(encoded, length, encoded.length - length)) {
            length += read;
            if (length > most) {
                return new Found.Unreadable(source, reading.tooLarge());
            }
            if (length == encoded.length) {
                encoded = Arrays.copyOf(encoded, Math.min(2 * length, most + 1));
            }
        }
        if (length == 0) {
            return new Found.Unreadable(source, "is empty");
        }
        return new Found.Image(
                source, Arrays.copyOf(encoded, length), OptionalInt.empty(), modified(response), Map.of());
    }

    private Instant modified(ClassicHttpResponse response) {
        Instant said = DateUtils.parseStandardDate(response, HttpHeaders.LAST_MODIFIED);
        return (said == null ? clock.instant() : said).truncatedTo(ChronoUnit.MILLIS);
    }

    /** Ends what is in flight. */
    @Override
    public void close() {
        threads.shutdownNow();
        deadlines.shutdownNow();
        client.close(CloseMode.IMMEDIATE);
        try {
            threads.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
