package io.streamclr.ingest.push;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.ingest.publish.ImageTopic;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.wire.WireFormat;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class PushServerTest extends RunningPushServer {

    @Test
    void anImageIsInTheTopicWhenItIsAccepted() throws Exception {
        start(true, Map.of("site", "north"));

        HttpResponse<String> answer = post(
                "/images?source=camera-1&label=7&class=tabby%20cat&capturedAt=2025-05-05T05:05:05.123456Z",
                "image/jpeg", "one");

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("{\"images\":[{\"id\":\"" + id("one") + "\",\"outcome\":\"sent\"}]}");
        EncodedImage image =
                WireFormat.ENCODED_IMAGE.decode(producer.history().get(0).value());
        assertThat(image.getSource()).isEqualTo("camera-1");
        assertThat(image.getLabel()).isEqualTo(7);
        assertThat(image.getClassName()).isEqualTo("tabby cat");
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
    void aSlowReaderDoesNotHoldUpOthers() throws Exception {
        start(false, Map.of());
        String name = "x".repeat(1000); // the answer to a line repeats it, so that no buffer holds all answers
        String wrong = line("one", ",\"attributes\":{\"" + name + "\":\"" + name + name + "\"}");
        byte[] lines = (wrong.repeat(9_999) + line("one", "")).getBytes(UTF_8);
        try (Socket silent = new Socket()) {
            silent.setReceiveBufferSize(4096);
            silent.connect(new InetSocketAddress("127.0.0.1", port));
            silent.getOutputStream()
                    .write(("POST /images HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\nContent-Length: "
                                    + lines.length + "\r\n\r\n")
                            .getBytes(UTF_8));
            silent.getOutputStream().write(lines);
            awaitSent(1);

            assertThat(CompletableFuture.supplyAsync(producer::completeNext)).succeedsWithin(20, TimeUnit.SECONDS);

            CompletableFuture<HttpResponse<String>> other = later("image/png", "two");
            awaitSent(2);
            producer.completeNext();
            assertThat(other.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(202);
        }
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
    void aLineOfEndlesslyManySmallThingsIsNotKept() throws Exception {
        start(true, Map.of());
        String wide = line("one", ",\"x\":[" + "{},".repeat(100_000) + "{}]");
        String deep = line("two", ",\"x\":" + "[".repeat(100) + "]".repeat(100));

        HttpResponse<String> answer = post("/images", "application/x-ndjson", wide + deep + line("three", ""));

        JsonNode images = new ObjectMapper().readTree(answer.body()).get("images");
        assertThat(images.findValuesAsText("outcome")).containsExactly("refused", "refused", "sent");
        assertThat(images.findValuesAsText("reason")).containsOnly("says more beside its image than is read");
    }

    @Test
    void outcomesAreCountedUnderTheNamesThatAFolderHasForThem() throws Exception {
        start(true, Map.of());
        String attributes = IntStream.range(0, 64)
                .mapToObj(i -> "\"" + i + "\":\"" + "x".repeat(1024) + "\"")
                .collect(Collectors.joining(",", ",\"attributes\":{", "}"));
        String large = "x".repeat(Topic.MAX_IMAGE_BYTES);

        HttpResponse<String> answer = post("/images", "application/x-ndjson", line(large, attributes));

        assertThat(answer.body()).contains("\"refused\"").contains("is too large with what is said of it");
        assertThat(meters.get("streamclr.ingest.images")
                        .tag("outcome", "too_large")
                        .counter()
                        .count())
                .isEqualTo(1);
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
        assertThat(description.at("/paths/~1images/post/description").asText())
                .contains("After 503 it may be in the topic twice");
        Stream<String> outcomes = Arrays.stream(ImageTopic.Outcome.values())
                .filter(outcome -> outcome != ImageTopic.Outcome.TOO_LARGE)
                .map(outcome -> outcome.name().toLowerCase(Locale.ROOT));
        assertThat(description.at("/components/schemas/Image/properties/outcome/enum"))
                .extracting(JsonNode::asText)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(outcomes, Stream.of("refused", "failed")).toList());
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
}
