package io.streamclr.ingest.push;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.SizeUnit;
import io.javalin.http.Context;
import io.javalin.http.UploadedFile;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamclr.ingest.publish.ImageTopic;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Takes images over HTTP and puts them into the topic. 202 means that the broker has them for good; 429 that too much is
 * on its way already, and 503 that the broker did not answer. The server listens until it is closed; then it answers what
 * it has begun to read, and nothing more.
 */
public final class PushServer implements AutoCloseable {

    private static final int LEAST_FORM_BYTES = 32 << 20;
    private static final int LEAST_LINES_BYTES = 16 << 20;

    private static final Duration SILENCE = Duration.ofSeconds(30);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(150); // Kafka's client gives up after 120
    private static final int THREADS = 64;
    private static final String RETRY_AFTER_SECONDS = "1";

    private final Config config;
    private final ImageTopic topic;
    private final MeterRegistry meters;
    private final Clock clock;
    private final SteadyBodies.Tempo tempo;
    private final InFlight inFlight;
    private final QueuedThreadPool threads = new QueuedThreadPool(THREADS);
    private final Javalin server;

    /**
     * How to listen.
     *
     * @param host a name or address of this machine
     * @param port 0 for any that is free
     * @param token what requests must know; needed where others than this machine can reach the server
     * @param inFlightBytes most bytes of bodies that are being read or that the broker has not acknowledged
     * @param maxImageBytes the largest image that is taken
     * @param attributes put on every image, outranking what the request says
     * @throws RefusalException if the server would take images from everybody, or could take none
     */
    public record Config(
            String host, int port, Token token, long inFlightBytes, int maxImageBytes, Map<String, String> attributes) {

        public Config {
            attributes = Map.copyOf(attributes);
            if (port < 0 || port > 65_535) {
                throw RefusalException.ofUsage("--port is " + port + ", but it must be 0 to 65535");
            }
            long least = Math.max(formBytes(maxImageBytes), linesBytes(maxImageBytes));
            if (inFlightBytes < least || inFlightBytes > 1L << 40) {
                throw RefusalException.ofUsage("--in-flight is " + (inFlightBytes >> 20) + " MiB, but it must be "
                        + ((least + (1 << 20) - 1) >> 20) + " or more, and less than a million");
            }
            try {
                if (!token.isNeeded() && !InetAddress.getByName(host).isLoopbackAddress()) {
                    throw RefusalException.ofUsage("Others than this machine can reach " + host + ", so everybody there"
                            + " could send images; give --token-file FILE with a secret that clients must know");
                }
            } catch (UnknownHostException unknown) {
                throw new RefusalException("--host is " + host + ", which is no address of this machine", unknown);
            }
        }

        /** The largest form, which is read whole. */
        int formBytes() {
            return formBytes(maxImageBytes);
        }

        private static int formBytes(int maxImageBytes) {
            return Math.max(LEAST_FORM_BYTES, maxImageBytes + (1 << 20));
        }

        /** Of lines, so much may wait for the broker before reading waits too; more than the longest line. */
        int linesBytes() {
            return linesBytes(maxImageBytes);
        }

        private static int linesBytes(int maxImageBytes) {
            return Math.max(LEAST_LINES_BYTES, RequestImages.lineBytes(maxImageBytes) + (1 << 20));
        }

        /** What a refused client may go on sending before the connection is closed. */
        long unreadBytes() {
            return 2L * formBytes();
        }
    }

    private PushServer(Config config, ImageTopic topic, MeterRegistry meters, Clock clock, SteadyBodies.Tempo tempo) {
        this.config = config;
        this.topic = topic;
        this.meters = meters;
        this.clock = clock;
        this.tempo = tempo;
        this.inFlight = new InFlight(config.inFlightBytes());
        this.server = Javalin.create(this::configure);
        meters.gauge("streamclr.ingest.in.flight.bytes", inFlight, InFlight::taken);
    }

    /**
     * Starts to listen.
     *
     * @param topic stays open when this is closed
     * @param clock dates images of which nobody says when they were taken
     * @throws RefusalException if the port is taken
     */
    public static PushServer start(Config config, ImageTopic topic, MeterRegistry meters, Clock clock) {
        return start(config, topic, meters, clock, SteadyBodies.Tempo.USUAL);
    }

    /** The same with another idea of what is too slow. */
    static PushServer start(
            Config config, ImageTopic topic, MeterRegistry meters, Clock clock, SteadyBodies.Tempo tempo) {
        PushServer push = new PushServer(config, topic, meters, clock, tempo);
        try {
            push.server.start(config.host(), config.port());
        } catch (RuntimeException failed) { // Javalin wraps what Jetty says
            push.server.stop();
            throw new RefusalException(
                    "Port " + config.port() + " of " + config.host() + " cannot be opened (" + FileFault.of(failed)
                            + "); give another --port",
                    failed);
        }
        return push;
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    private void configure(JavalinConfig javalin) {
        javalin.startup.showJavalinBanner = false;
        javalin.startup.showOldJavalinVersionWarning = false;
        javalin.jetty.threadPool = threads;
        javalin.jetty.modifyHttpConfiguration(http -> {
            http.setIdleTimeout(SILENCE.toMillis());
            http.setSendServerVersion(false);
            http.setHeaderCacheCaseSensitive(true); // or a token would be taken for another that differs in case
        });
        javalin.jetty.modifyServer(jetty -> {
            jetty.setStopTimeout(LAST_ANSWERS.toMillis());
            GracefulHandler graceful = new GracefulHandler(); // waits for requests that are under way
            graceful.setHandler(new SteadyBodies(tempo));
            jetty.setHandler(graceful);
        });
        javalin.jetty.multipartConfig.maxFileSize(config.maxImageBytes(), SizeUnit.BYTES);
        javalin.jetty.multipartConfig.maxTotalRequestSize(config.formBytes(), SizeUnit.BYTES);
        javalin.jetty.multipartConfig.maxInMemoryFileSize(config.maxImageBytes(), SizeUnit.BYTES);
        javalin.routes.post("/images", this::receive);
        javalin.routes.get("/health", this::health);
        javalin.routes.get("/openapi.json", PushServer::describe);
        javalin.routes.exception(BadRequest.class, this::refuse);
        javalin.routes.exception(IOException.class, this::giveUp);
        javalin.routes.exception(ServletException.class, this::refuseForm);
    }

    private void receive(Context request) throws IOException {
        if (!config.token().isIn(request.header("Authorization"))) {
            request.header("WWW-Authenticate", "Bearer");
            throw new BadRequest(401, "The header Authorization: Bearer TOKEN is missing or wrong");
        }
        if (!config.token().isNeeded() && request.header("Origin") != null) {
            throw new BadRequest(403, "A page of another site may not send images here; start with a token for that");
        }
        Body body = Body.of(request, config);
        if (!inFlight.take(body.reserved())) {
            request.header("Retry-After", RETRY_AFTER_SECONDS);
            throw new BadRequest(429, "Too many bytes are on their way to Kafka already; come again a little later");
        }
        boolean answering = false;
        try {
            RequestImages intake = new RequestImages(topic, config.maxImageBytes(), config.attributes(), meters);
            read(request, body, intake);
            CompletableFuture<Void> answered = intake.answer()
                    .whenComplete((answer, defect) -> inFlight.giveBack(body.reserved()))
                    // Writing waits for the client, and Kafka's one thread, which brings the answer, must not.
                    .thenAcceptAsync(
                            answer -> {
                                if (answer.status() == 503) {
                                    request.header("Retry-After", RETRY_AFTER_SECONDS);
                                }
                                request.status(answer.status());
                                request.contentType("application/json").result(answer.body());
                            },
                            threads);
            answering = true;
            request.future(() -> answered);
        } finally {
            if (!answering) {
                inFlight.giveBack(body.reserved());
            }
        }
    }

    private void read(Context request, Body body, RequestImages intake) throws IOException {
        ImageDetails details = ImageDetails.from(request::queryParam, clock.instant());
        switch (body.kind()) {
            case IMAGE -> intake.image(request.bodyInputStream(), details);
            case LINES -> intake.lines(request.bodyInputStream(), details, config.linesBytes());
            case PARTS -> parts(request, details, intake);
        }
    }

    private static void parts(Context request, ImageDetails details, RequestImages intake) throws IOException {
        try {
            for (UploadedFile part : request.uploadedFiles()) {
                try (InputStream content = part.content()) {
                    intake.image(content, details.from(details.source() + "/" + part.filename()));
                }
            }
        } catch (IllegalStateException | UncheckedIOException broken) { // Jetty's, of limits and of bad forms
            throw unreadable(broken, request);
        }
    }

    /** After such a form Jetty ends the connection, and leaves it to others to say so. */
    private static BadRequest unreadable(Exception broken, Context request) {
        request.header("Connection", "close");
        return new BadRequest(400, "The form cannot be read: " + FileFault.of(broken));
    }

    /**
     * The body of a request, before any of it is read.
     *
     * @param reserved bytes that it may take
     */
    private record Body(Kind kind, long reserved) {

        enum Kind {
            IMAGE,
            LINES,
            PARTS
        }

        static Body of(Context request, Config config) {
            String type = String.valueOf(request.contentType()).toLowerCase(Locale.ROOT);
            long length = request.req().getContentLengthLong(); // -1 where nobody says
            if (type.startsWith("application/x-ndjson")) {
                return new Body(Kind.LINES, config.linesBytes());
            }
            if (type.startsWith("multipart/form-data")) {
                if (length < 0) {
                    throw new BadRequest(411, "A form must say its Content-Length");
                }
                return new Body(Kind.PARTS, atMost(config.formBytes(), length));
            }
            if (type.startsWith("image/") || type.startsWith("application/octet-stream")) {
                return new Body(
                        Kind.IMAGE, length < 0 ? config.maxImageBytes() : atMost(config.maxImageBytes(), length));
            }
            throw new BadRequest(
                    415,
                    "The Content-Type must be image/..., application/octet-stream, multipart/form-data or"
                            + " application/x-ndjson");
        }

        private static long atMost(long limit, long length) {
            if (length > limit) {
                throw new BadRequest(413, "The body has " + length + " bytes, and " + limit + " are allowed");
            }
            return length;
        }
    }

    private void health(Context request) {
        ObjectNode health = new ObjectMapper()
                .createObjectNode()
                .put("status", "taking images")
                .put("acknowledged", topic.acknowledged())
                .put("in_flight_bytes", inFlight.taken());
        request.contentType("application/json").result(health.toString());
    }

    private static void describe(Context request) throws IOException {
        try (InputStream description = PushServer.class.getResourceAsStream("openapi.json")) {
            request.contentType("application/json").result(description.readAllBytes());
        }
    }

    private void refuse(BadRequest refusal, Context request) {
        boolean stranger = refusal.status() == 401 || refusal.status() == 403; // takes no thread of ours
        if (stranger || !takeTheRest(request)) {
            request.header("Connection", "close"); // or the client would send its next request into a closed one
        }
        request.status(refusal.status());
        request.contentType("application/json")
                .result(new ObjectMapper()
                        .createObjectNode()
                        .put("error", refusal.getMessage())
                        .toString());
    }

    /** Jetty's word for a form that it cannot read; Javalin hides that it may come. */
    private void refuseForm(ServletException broken, Context request) {
        if (SteadyBodies.TooSlow.isCauseOf(broken)) {
            giveUp(broken, request);
        } else {
            refuse(unreadable(broken, request), request);
        }
    }

    /** Of a body that comes too slowly, stops, or breaks off; who has gone away reads no answer. */
    private void giveUp(Exception broken, Context request) {
        refuse(
                new BadRequest(
                        408,
                        "The body did not arrive in time; after "
                                + tempo.grace().toSeconds() + " seconds of waiting it must bring "
                                + tempo.bytesPerSecond() + " bytes a second"),
                request);
    }

    /**
     * Takes what a refused client is still sending, up to a limit and for seconds: a connection that is closed before is
     * reset, and the client never reads the answer.
     *
     * @return whether that was all, so that the connection may be used again
     */
    private boolean takeTheRest(Context request) {
        byte[] unread = new byte[1 << 16];
        SteadyBodies.hurry(request.req());
        try {
            InputStream body = request.bodyInputStream();
            for (long taken = 0; taken < config.unreadBytes(); ) {
                int read = body.read(unread);
                if (read < 0) {
                    return true;
                }
                taken += read;
            }
            return false;
        } catch (IOException brokenOff) {
            return false;
        }
    }

    /** Takes no more requests, answers those that are under way, and returns. */
    @Override
    public void close() {
        server.stop();
    }
}
