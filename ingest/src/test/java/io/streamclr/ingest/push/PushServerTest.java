package io.streamclr.ingest.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.ingest.publish.ImageTopic;
import io.streamclr.ingest.push.SteadyBodies.Tempo;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.wire.WireFormat;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(90)
class PushServerTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private MockProducer<byte[], byte[]> producer;
    private PushServer server;
    private int port;

    @AfterEach
    void stop() {
        if (server != null) {
            while (producer.completeNext()) {
                // so that no request waits for an answer that never comes
            }
            server.close();
        }
    }

    @Test
    void anImageIsInTheTopicWhenItIsAccepted() throws Exception {
        start(true, Map.of("site", "north"));

        HttpResponse<String> answer =
                post("/images?source=camera-1&label=7&capturedAt=2025-05-05T05:05:05.123456Z", "image/jpeg", "one");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"images\":[{\"id\":\"" + id("one") + "\",\"outcome\":\"sent\"}]}");
        EncodedImage image =
                WireFormat.ENCODED_IMAGE.decode(producer.history().get(0).value());
        assertThat(image.getSource()).isEqualTo("camera-1");
        assertThat(image.getLabel()).isEqualTo(7);
        assertThat(image.getCapturedAt()).isEqualTo("2025-05-05T05:05:05.123Z");
        assertThat(image.getAttributes()).containsExactly(Map.entry("site", "north"));
        assertThat(UTF_8.decode(image.getEncoded()).toString()).isEqualTo("one");
        assertThat(meters.counter("streamclr.ingest.images", "outcome", "sent").count())
                .isEqualTo(1);
    }

    @Test
    void anImageIsAcceptedWhenTheBrokerHasItAndNotBefore() throws Exception {
        start(false, Map.of());

        CompletableFuture<HttpResponse<String>> first = later("image/png", "one");
        awaitSent(1);
        CompletableFuture<HttpResponse<String>> again = later("image/png", "one");
        assertThat(first).isNotDone();
        assertThat(again).isNotDone();

        producer.completeNext();

        assertThat(first.get(30, TimeUnit.SECONDS).body()).contains("\"sent\"");
        assertThat(again.get(30, TimeUnit.SECONDS).body()).contains("\"duplicate\"");
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void whatTheBrokerDidNotTakeMayBeSentAgain() throws Exception {
        start(false, Map.of());
        CompletableFuture<HttpResponse<String>> first = later("image/png", "one");
        awaitSent(1);
        producer.errorNext(new TimeoutException("nobody answers"));

        HttpResponse<String> failed = first.get(30, TimeUnit.SECONDS);
        CompletableFuture<HttpResponse<String>> second = later("image/png", "one");
        awaitSent(2);
        producer.completeNext();

        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(failed.body()).contains("\"failed\"").contains("nobody answers");
        assertThat(second.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
    }

    @Test
    void linesAreTakenOneByOneAndWhatIsWrongIsSaidOfItsLineAlone() throws Exception {
        start(true, Map.of());
        String lines = line("one", ",\"source\":\"a\",\"label\":3,\"attributes\":{\"k\":\"v\"}")
                + line("two", "")
                + "{\"image\":\"%%%\"}\n"
                + "no json\n"
                + "[1]\n"
                + line("three", ",\"label\":\"x\"")
                + line("one", "");

        HttpResponse<String> answer = post("/images", "application/x-ndjson", lines);

        assertThat(answer.statusCode()).isEqualTo(422);
        JsonNode images = new ObjectMapper().readTree(answer.body()).get("images");
        assertThat(images.findValuesAsText("outcome"))
                .containsExactly("sent", "sent", "refused", "refused", "refused", "refused", "duplicate");
        assertThat(images.get(5).get("reason").asText())
                .isEqualTo("is not understood: label is no whole number of 32 bits");
        EncodedImage first =
                WireFormat.ENCODED_IMAGE.decode(producer.history().get(0).value());
        assertThat(first.getSource()).isEqualTo("a");
        assertThat(first.getLabel()).isEqualTo(3);
        assertThat(first.getAttributes()).containsExactly(Map.entry("k", "v"));
        assertThat(first.getCapturedAt()).isEqualTo(CLOCK.instant());
    }

    @Test
    void everyFileOfAFormIsAnImage() throws Exception {
        start(true, Map.of());
        String form = "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"1.jpg\"\r\n"
                + "Content-Type: image/jpeg\r\n\r\none\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"2.jpg\"\r\n\r\ntwo\r\n--b--\r\n";

        HttpResponse<String> answer = post("/images?source=form", "multipart/form-data; boundary=b", form);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(producer.history())
                .extracting(record ->
                        WireFormat.ENCODED_IMAGE.decode(record.value()).getSource())
                .containsExactly("form/1.jpg", "form/2.jpg");
    }

    @Test
    void tooMuchOnTheWayIsRefusedBeforeItIsReadAndTakenWhenThereIsRoom() throws Exception {
        start(false, Map.of());
        // Three windows of lines do not fit into 32 MiB, two do.
        List<CompletableFuture<HttpResponse<String>>> waiting =
                List.of(later("application/x-ndjson", line("one", "")), later("application/x-ndjson", line("two", "")));
        awaitSent(2);

        HttpResponse<String> refused = post("/images", "image/jpeg", "three");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(refused.body()).contains("Too many bytes are on their way");

        producer.completeNext();
        producer.completeNext();
        for (CompletableFuture<HttpResponse<String>> each : waiting) {
            assertThat(each.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
        }
        CompletableFuture<HttpResponse<String>> third = later("image/jpeg", "three");
        awaitSent(3);
        producer.completeNext();
        assertThat(third.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
    }

    @Test
    void whatIsTooLargeOrOfNoKnownKindIsRefused() throws Exception {
        start(true, Map.of());
        byte[] large = new byte[(8 << 20) + 1];

        assertThat(post("/images", "text/plain", "x").statusCode()).isEqualTo(415);
        assertThat(post("/images", "image/png", "").statusCode()).isEqualTo(422);
        assertThat(post("/images?label=x", "image/png", "x").statusCode()).isEqualTo(400);
        assertThat(post("/images", "multipart/form-data; boundary=b", "no form").statusCode())
                .isEqualTo(400);
        assertThat(send(request("/images", "image/png").POST(BodyPublishers.ofByteArray(large)))
                        .statusCode())
                .isEqualTo(413);
        assertThat(send(request("/images", "image/png")
                                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))))
                        .statusCode())
                .as("chunked, so nobody says how much it is")
                .isEqualTo(422);
        assertThat(producer.history()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "415 | text/plain | 1",
                "422 | image/png | 0",
                "400 | multipart/form-data; boundary=b | 7",
                "413 | image/png | 8388609",
                "413 | multipart/form-data; boundary=b | 33554433"
            })
    void aConnectionOutlivesARefusalUnlessTheAnswerSaysItsEnd(int status, String type, int bytes) throws Exception {
        start(true, Map.of());

        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("POST /images HTTP/1.1\r\nHost: x\r\nContent-Type: " + type + "\r\nContent-Length: " + bytes
                                    + "\r\n\r\n")
                            .getBytes(UTF_8));
            socket.getOutputStream().write(new byte[bytes]);
            byte[] bytesRead = new byte[4096];
            String refusal = new String(bytesRead, 0, socket.getInputStream().read(bytesRead), UTF_8);
            assertThat(refusal).startsWith("HTTP/1.1 " + status + " ");

            socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
            int next = socket.getInputStream().read(bytesRead);
            if (next < 0) {
                assertThat(refusal).contains("\r\nConnection: close\r\n");
            } else {
                assertThat(new String(bytesRead, 0, next, UTF_8)).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    @Test
    void withATokenOnlyThoseWhoKnowItMay() throws Exception {
        Path file = Files.writeString(folder.resolve("token"), "0123456789abcdef\n");
        start(true, Token.in(file), Map.of());

        assertThat(post("/images", "image/png", "x").statusCode()).isEqualTo(401);
        assertThat(send(request("/images", "image/png")
                                .header("Authorization", "Bearer 0123456789abcdeF")
                                .POST(BodyPublishers.ofString("x")))
                        .statusCode())
                .isEqualTo(401);
        assertThat(send(request("/images", "image/png")
                                .header("Authorization", "Bearer 0123456789abcdef")
                                .POST(BodyPublishers.ofString("x")))
                        .statusCode())
                .isEqualTo(202);
        assertThat(send(request("/health", "text/plain").GET()).statusCode()).isEqualTo(200);
    }

    @Test
    void withoutATokenNoPageOfAnotherSiteMay() throws Exception {
        start(true, Map.of());

        HttpResponse<String> answer = send(request("/images", "image/png")
                .header("Origin", "https://elsewhere.example")
                .POST(BodyPublishers.ofString("x")));

        assertThat(answer.statusCode()).isEqualTo(403);
    }

    @Test
    void othersThanThisMachineNeedAToken() {
        assertThatThrownBy(() -> new PushServer.Config("0.0.0.0", 0, Token.none(), 64 << 20, Map.of()))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Others than this machine can reach 0.0.0.0, so everybody there could send images; give"
                        + " --token-file FILE with a secret that clients must know");
    }

    @Test
    void aTokenThatCanBeGuessedIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("token"), "secret\n");

        assertThatThrownBy(() -> Token.in(file))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The token in " + file + " has 6 characters, and 16 or more are needed; 'openssl rand -hex"
                        + " 32' makes one");
    }

    @Test
    void whatIsUnderWayIsAnsweredBeforeTheServerEnds() throws Exception {
        start(false, Map.of());
        CompletableFuture<HttpResponse<String>> waiting = later("image/png", "one");
        awaitSent(1);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
        awaitClosed();
        assertThat(closing).isNotDone();

        producer.completeNext();

        assertThat(waiting.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
        closing.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aClientThatGoesAwayLeavesNothingBehind() throws Exception {
        start(true, Map.of());
        for (int i = 0; i < 20; i++) {
            try (Socket socket = new Socket("127.0.0.1", server.port())) {
                socket.getOutputStream()
                        .write(("POST /images HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 8000000"
                                        + "\r\n\r\nhalf")
                                .getBytes(UTF_8));
                socket.getOutputStream().flush();
            }
        }

        // 20 of these do not fit at once: a place that is not given back would be missed here.
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (meters.get("streamclr.ingest.in.flight.bytes").gauge().value() > 0 && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertThat(post("/images", "image/png", "whole").statusCode()).isEqualTo(202);
        assertThat(producer.history()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "application/x-ndjson", "multipart/form-data; boundary=b"})
    void aBodyThatDripsIsGivenUpAndSoIsItsPlace(String type) throws Exception {
        start(true, Token.none(), Map.of(), new Tempo(Duration.ofMillis(300), 1_000_000));

        String answer = dripping(type, 8_000_000);

        assertThat(answer).startsWith("HTTP/1.1 408 ").contains("The body did not arrive in time");
        assertThat(meters.get("streamclr.ingest.in.flight.bytes").gauge().value())
                .isZero();
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void aBodyThatComesSlowlyButSteadilyIsTaken() throws Exception {
        start(true, Token.none(), Map.of(), new Tempo(Duration.ofMillis(100), 20));

        String answer = dripping("image/png", 20);

        assertThat(answer).startsWith("HTTP/1.1 202 ");
    }

    @Test
    void theDescriptionNamesEveryRouteAndEveryAnswer() throws Exception {
        start(true, Map.of());

        JsonNode description = new ObjectMapper()
                .readTree(send(request("/openapi.json", "text/plain").GET()).body());

        assertThat(description.get("openapi").asText()).startsWith("3.0");
        assertThat(description.get("paths").fieldNames())
                .toIterable()
                .containsExactly("/images", "/health", "/openapi.json");
        assertThat(description.at("/paths/~1images/post/responses").fieldNames())
                .toIterable()
                .containsExactly("202", "400", "401", "403", "408", "411", "413", "415", "422", "429", "503");
        for (JsonNode reference : description.findValues("$ref")) {
            assertThat(description.at(reference.asText().substring(1)).isMissingNode())
                    .as(reference.asText())
                    .isFalse();
        }
        assertThat(new ObjectMapper()
                        .readTree(send(request("/health", "text/plain").GET()).body())
                        .fieldNames())
                .toIterable()
                .containsExactlyElementsOf(() ->
                        description.at("/components/schemas/Health/properties").fieldNames());
    }

    private void start(boolean answering, Map<String, String> attributes) {
        start(answering, Token.none(), attributes);
    }

    private void start(boolean answering, Token token, Map<String, String> attributes) {
        start(answering, token, attributes, Tempo.USUAL);
    }

    private void start(boolean answering, Token token, Map<String, String> attributes, Tempo tempo) {
        producer = new MockProducer<>(answering, null, new ByteArraySerializer(), new ByteArraySerializer());
        server = PushServer.start(
                new PushServer.Config("127.0.0.1", 0, token, 32 << 20, attributes),
                ImageTopic.behind(producer, "images", 4),
                meters,
                CLOCK,
                tempo);
        port = server.port();
    }

    private HttpRequest.Builder request(String path, String type) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", type);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String type, String body) throws Exception {
        return send(request(path, type).POST(BodyPublishers.ofString(body)));
    }

    private CompletableFuture<HttpResponse<String>> later(String type, String body) {
        return client.sendAsync(
                request("/images", type).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    /** What the server says to a body of which it gets a byte every 20 milliseconds. */
    private String dripping(String type, int bytes) throws IOException {
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

    private void awaitSent(int images) {
        while (producer.history().size() < images) {
            Thread.onSpinWait();
        }
    }

    /** Until the server refuses new requests. */
    private void awaitClosed() {
        try {
            while (send(request("/health", "text/plain").GET()).statusCode() == 200) {
                Thread.onSpinWait();
            }
        } catch (Exception refused) {
            assertThat(refused).isInstanceOf(IOException.class);
        }
    }

    private static String line(String image, String more) {
        return "{\"image\":\"" + Base64.getEncoder().encodeToString(image.getBytes(UTF_8)) + "\"" + more + "}\n";
    }

    private static String id(String image) {
        return ImageId.of(image.getBytes(UTF_8)).toString();
    }
}
