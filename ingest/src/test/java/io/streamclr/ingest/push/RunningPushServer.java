package io.streamclr.ingest.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.ingest.publish.ImageTopic;
import io.streamclr.ingest.push.SteadyBodies.Tempo;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.topic.Topic;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** A server over a producer that a test answers for, and a client to it; each test starts it as it needs it. */
abstract class RunningPushServer {

    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    final HttpClient client = HttpClient.newHttpClient();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    MockProducer<byte[], byte[]> producer;
    PushServer server;
    int port;

    @AfterEach
    void stop() {
        if (server != null) {
            while (producer.completeNext()) {
                // so that no request waits for an answer that never comes
            }
            server.close();
        }
    }

    void start(boolean answering, Map<String, String> attributes) {
        start(answering, Token.none(), attributes);
    }

    void start(boolean answering, Token token, Map<String, String> attributes) {
        start(answering, token, attributes, Tempo.USUAL);
    }

    void start(boolean answering, Token token, Map<String, String> attributes, Tempo tempo) {
        producer = new MockProducer<>(answering, null, new ByteArraySerializer(), new ByteArraySerializer());
        server = PushServer.start(
                new PushServer.Config("127.0.0.1", 0, token, 32 << 20, Topic.MAX_IMAGE_BYTES, attributes),
                ImageTopic.writtenBy(producer, "images", 4),
                meters,
                CLOCK,
                tempo);
        port = server.port();
    }

    HttpRequest.Builder request(String path, String type) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", type);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String type, String body) throws Exception {
        return send(request(path, type).POST(BodyPublishers.ofString(body)));
    }

    CompletableFuture<HttpResponse<String>> later(String type, String body) {
        return client.sendAsync(
                request("/images", type).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    /** What the server says to a body of which it gets a byte every 20 milliseconds. */
    String dripping(String type, int bytes) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20);
            socket.getOutputStream()
                    .write(("POST /images HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: " + type
                                    + "\r\nContent-Length: " + bytes + "\r\n\r\n")
                            .getBytes(UTF_8));
            byte[] answer = new byte[4096];
            for (int sent = 0; ; sent++) {
                if (sent < bytes) {
                    socket.getOutputStream().write('-');
                }
                try {
                    return new String(
                            answer, 0, Math.max(0, socket.getInputStream().read(answer)), UTF_8);
                } catch (SocketTimeoutException notYet) {
                    continue;
                }
            }
        }
    }

    void awaitSent(int images) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .until(() -> producer.history().size() >= images);
    }

    /** Until the server refuses new requests. */
    void awaitClosed() {
        try {
            while (send(request("/health", "text/plain").GET()).statusCode() == 200) {
                Thread.onSpinWait();
            }
        } catch (Exception refused) {
            assertThat(refused).isInstanceOf(IOException.class);
        }
    }

    static String line(String image, String more) {
        return "{\"image\":\"" + Base64.getEncoder().encodeToString(image.getBytes(UTF_8)) + "\"" + more + "}\n";
    }

    static String id(String image) {
        return ImageId.of(image.getBytes(UTF_8)).toString();
    }
}
