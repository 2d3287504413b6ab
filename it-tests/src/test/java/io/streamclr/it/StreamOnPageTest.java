package io.streamclr.it;

import static io.streamclr.it.WrittenEmbeddings.FIRST;
import static io.streamclr.it.WrittenEmbeddings.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.console.page.FolderPage;
import io.streamclr.console.page.PageAddress;
import io.streamclr.console.page.StreamTopics;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.topic.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.chrome.ChromeDriver;

/** What a page shows of topic {@code embeddings} on a real broker, in a real browser. */
@ExtendWith(RealBroker.class)
@Timeout(300)
class StreamOnPageTest {

    /** The first 512 are the reference; those from {@link #MOVED} on look other than these. */
    private static final int IMAGES = 900;

    private static final int MOVED = 700;
    private static final int NO_IMAGE = 898;
    private static final int REPLACED = 897;

    /** As like the newest as can be, but to another encoder. */
    private static final int OF_ANOTHER = 600;

    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    private Path run;

    @BeforeEach
    void recordARun() throws Exception {
        run = Files.createDirectories(folder.resolve("run"));
        Files.writeString(run.resolve("metrics.jsonl"), "{\"step\":10,\"loss\":4.0}\n");
    }

    @Test
    void theNewestImagesShowWithTheirNeighboursAndTheDriftAsTheCommandSaysIt() throws Exception {
        Instant newestAt = Instant.now().minus(Duration.ofMinutes(2));
        try (WrittenEmbeddings topic = new WrittenEmbeddings("stream.shown")) {
            List<ImageId> ids = sendImages("stream.images");
            for (int image = 0; image < IMAGES; image++) {
                topic.send(embedding(image, ids.get(image), arrivedAt(image, newestAt)));
            }
            topic.written();
            ChromeDriver browser = PageBrowser.open(folder);
            try (FolderPage page = open("stream.shown", "stream.images")) {
                browser.get(page.uri().toString());
                PageBrowser.await(
                        browser, "pictures show", "return shown('.embedded .likes > figure:first-child img') == 6");
                PageBrowser.await(
                        browser,
                        "what cannot be shown says why",
                        "return [...document.querySelectorAll('.no-picture')].some(each =>"
                                + " each.textContent.startsWith('NOT_AN_IMAGE'))");
                PageBrowser.await(
                        browser, "the drift is drawn", "return points('MMD²') > 40 && points('p value') > 40");
                PageBrowser.await(browser, "the alarm is told", "return text('#drift-state') === 'alarm'");
                assertThat(browser.executeScript("return document.querySelectorAll('#drift-alarms li').length"))
                        .isEqualTo(1L);
                browser.manage().window().setSize(new Dimension(500, 900));
                PageBrowser.await(
                        browser,
                        "a narrow screen need not be scrolled sideways",
                        "return document.documentElement.scrollWidth <= window.innerWidth");
                assertThat(PageBrowser.everythingAsked(browser))
                        .allMatch(asked -> asked.startsWith(page.uri().toString()));
                assertThat(PageBrowser.complaints(browser)).isEmpty();

                assertThatTheNewestAreThere(PageEvents.section(page.uri(), "stream", stream -> true), ids);
                assertThatTheDriftIsThatOfTheCommand(
                        PageEvents.section(page.uri(), "drift", drift -> !drift.has("read_to")), newestAt);
            } finally {
                browser.quit();
            }
        }
    }

    private static void assertThatTheNewestAreThere(JsonNode stream, List<ImageId> ids) {
        JsonNode newest = stream.path("newest");
        assertThat(texts(newest, "image"))
                .containsExactlyElementsOf(IntStream.range(0, 8)
                        .mapToObj(i -> ids.get(IMAGES - 1 - i).toString())
                        .toList());
        JsonNode first = newest.get(0);
        assertThat(first.path("run").asText() + "@" + first.path("step").asLong())
                .isEqualTo("night@100");
        assertThat(first.path("encoder").asText()).isEqualTo(FIRST);
        assertThat(first.path("compared").asInt()).isEqualTo(IMAGES - 2);
        assertThat(texts(first.path("neighbours"), "image"))
                .hasSize(6)
                .isSubsetOf(IntStream.range(IMAGES - 10, IMAGES - 1)
                        .mapToObj(image -> ids.get(image).toString())
                        .toList())
                .doesNotContain(ids.get(OF_ANOTHER).toString());
        assertThat(first.path("neighbours").get(0).path("cosine").asDouble()).isCloseTo(1, within(0.01));
        assertThat(newest.get(1).path("class_name").asText()).isEqualTo("owl");
        assertThat(newest.get(IMAGES - 1 - NO_IMAGE).path("no_picture").asText())
                .isEqualTo("NOT_AN_IMAGE: No decoder knows bytes that begin with 010203");
        assertThat(newest.get(IMAGES - 1 - REPLACED).path("no_picture").asText())
                .isEqualTo("Topic stream.images has another image at this place");
        assertThat(first.has("no_picture")).isFalse();
    }

    private static void assertThatTheDriftIsThatOfTheCommand(JsonNode drift, Instant newestAt) throws Exception {
        JsonNode newest = drift.path("newest");
        Command command = Command.run(
                "embeddings",
                "drift",
                "--topic",
                "stream.shown",
                "--bootstrap-server",
                RealBroker.address(),
                "--until",
                newest.path("at").asText(),
                "--json");
        assertThat(command.exitCode()).as(command.errors()).isZero();
        JsonNode said = JSON.readTree(command.lastLine());
        for (String figure : List.of("mmd2", "p_value", "window_images", "reference_images", "encoder")) {
            assertThat(newest.path(figure)).as(figure).isEqualTo(said.path(figure));
        }
        assertThat(drift.path("alarm").asBoolean()).isTrue();
        assertThat(drift.path("alarms")).hasSize(1);
        assertThat(Instant.parse(drift.path("alarms").get(0).path("from").asText()))
                .isAfter(arrivedAt(MOVED, newestAt));
    }

    @Test
    void aPageWithoutSuchATopicIsAsItWasAndShowsItOnceItIsThere() throws Exception {
        ChromeDriver browser = PageBrowser.open(folder);
        try (FolderPage page = open("stream.later", "stream.no.images")) {
            browser.get(page.uri().toString());
            PageBrowser.await(browser, "the run is shown", "return points('Loss') == 1");
            assertThat(browser.executeScript("return document.getElementById('stream').checkVisibility()"))
                    .isEqualTo(false);
            try (WrittenEmbeddings topic = new WrittenEmbeddings("stream.later")) {
                topic.send(0, 2, FIRST).written();

                PageBrowser.await(browser, "images show", "return document.querySelectorAll('.embedded').length == 2");
            }
            PageBrowser.await(
                    browser,
                    "the missing topic of images is named",
                    "return text('.no-picture').startsWith('Topic stream.no.images does not exist')");
            PageBrowser.await(browser, "the drift says why there is none", "return text('#drift-words').length > 0");
            assertThat(browser.executeScript("return document.getElementById('troubles').checkVisibility()"))
                    .isEqualTo(false);
        } finally {
            browser.quit();
        }
    }

    private FolderPage open(String embeddings, String images) {
        StreamTopics stream = new StreamTopics(RealBroker.connection(), embeddings, images);
        return FolderPage.open(PageAddress.here(), run, List.of(), Optional.of(stream));
    }

    /** The reference came within minutes; what came then came evenly in four hours. */
    private static Instant arrivedAt(int image, Instant newest) {
        Instant after = newest.minus(Duration.ofHours(4));
        return image < 512
                ? after.minusSeconds(512 - image)
                : after.plus(Duration.ofHours(4).multipliedBy(image - 511).dividedBy(IMAGES - 512));
    }

    private static ImageEmbedding embedding(int image, ImageId id, Instant at) {
        ImageEmbedding undated = WrittenEmbeddings.embedding(
                id.toString(),
                new Origin(image % 2, (long) image / 2),
                "shots/" + image + ".png",
                image == OF_ANOTHER ? SECOND : FIRST,
                VectorFormat.FLOAT32,
                vector(image));
        return WrittenEmbeddings.at(at, undated);
    }

    /** The last ten are nearly alike, the others as chance has it. */
    private static float[] vector(int image) {
        if (image >= IMAGES - 10 || image == OF_ANOTHER) {
            return WrittenEmbeddings.vector(image == OF_ANOTHER ? IMAGES - 1 : image);
        }
        SplittableRandom random = new SplittableRandom(image); // seeds in a row make no drift of their own
        float[] vector = new float[16];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) (random.nextGaussian() + (image >= MOVED ? 2 : 0));
        }
        return vector;
    }

    /** Image i is in partition i % 2, at offset i / 2. */
    private static List<ImageId> sendImages(String topic) throws Exception {
        RealBroker.create(Topic.IMAGES, topic, 2);
        List<ImageId> ids = new ArrayList<>();
        List<Future<?>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                RealBroker.connection().with(Map.of("acks", "all")),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int image = 0; image < IMAGES; image++) {
                byte[] encoded = image == NO_IMAGE ? new byte[] {1, 2, 3} : Pictures.png(image, 28);
                byte[] stored = image == REPLACED ? Pictures.png(IMAGES, 28) : encoded;
                ids.add(ImageId.of(encoded));
                sent.add(producer.send(new ProducerRecord<>(topic, image % 2, null, Pictures.envelope(stored))));
            }
            for (Future<?> each : sent) {
                each.get();
            }
        }
        return ids;
    }

    private static List<String> texts(JsonNode list, String name) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(each -> each.path(name).asText())
                .toList();
    }
}
