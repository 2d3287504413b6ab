package io.streamclr.ingest.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.ingest.push.SteadyBodies.Tempo;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topic;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not taken, from whom, and what a refusal leaves. */
@Timeout(90)
class PushRefusalTest extends RunningPushServer {

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
        assertThat(post("/images?class=a%2Fb", "image/png", "x").statusCode()).isEqualTo(400);
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

    @Test
    void aTimeThatARecordCannotSayIsRefused() throws Exception {
        start(true, Map.of());

        HttpResponse<String> answer = post("/images?capturedAt=%2B300000000-01-01T00:00:00Z", "image/png", "x");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"error\":\"capturedAt is further from 1970 than 64 bits of milliseconds reach; give a time"
                                + " such as 2026-01-31T12:00:00Z\"}");
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
            String refusal = answer(socket);
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
        assertThatThrownBy(() ->
                        new PushServer.Config("0.0.0.0", 0, Token.none(), 64 << 20, Topic.MAX_IMAGE_BYTES, Map.of()))
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
    void aClientThatGoesAwayLeavesNothing() throws Exception {
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
        Awaitility.await()
                .pollInterval(Duration.ofMillis(5))
                .until(() ->
                        meters.get("streamclr.ingest.in.flight.bytes").gauge().value() == 0);
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
    void aRefusedBodyThatDripsIsNotWaitedFor() throws Exception {
        start(true, Map.of());

        long begin = System.nanoTime();
        String answer = dripping("text/plain", 8_000_000);

        assertThat(answer).startsWith("HTTP/1.1 415 ").contains("\r\nConnection: close\r\n");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aRefusedBodyThatStopsIsNotWaitedFor() throws Exception {
        start(true, Map.of());
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write(
                            "POST /images HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nhalf"
                                    .getBytes(UTF_8));

            String answer = answer(socket);

            assertThat(answer).startsWith("HTTP/1.1 415 ").contains("\r\nConnection: close\r\n");
        }
    }

    @Test
    void nothingIsTakenOfWhoDoesNotKnowTheToken() throws Exception {
        start(true, Token.in(Files.writeString(folder.resolve("token"), "0123456789abcdef\n")), Map.of());
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(1_500); // less than a refused body is waited for
            socket.getOutputStream()
                    .write("POST /images HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 9\r\n\r\n"
                            .getBytes(UTF_8));

            String answer = answer(socket);

            assertThat(answer).startsWith("HTTP/1.1 401 ").contains("\r\nConnection: close\r\n");
        }
    }

    private static String answer(Socket socket) throws IOException {
        byte[] read = new byte[4096];
        return new String(read, 0, socket.getInputStream().read(read), UTF_8);
    }

    @Test
    void aBodyThatComesSlowlyButSteadilyIsTaken() throws Exception {
        start(true, Token.none(), Map.of(), new Tempo(Duration.ofMillis(100), 20));

        String answer = dripping("image/png", 20);

        assertThat(answer).startsWith("HTTP/1.1 202 ");
    }
}
