package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A run says once that its images come in an order, and says nothing where they do not. */
class OrderTest {

    private static final int BATCH = 128;
    private static final int STEPS = 40;
    private static final int IMAGES = BATCH * STEPS;
    private static final int CLASSES = 5;

    private static SmallRuns runs;

    @TempDir
    private Path checkpoints;

    private final Logger log = (Logger) LoggerFactory.getLogger(RunLoop.class);
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    @BeforeAll
    static void startABrokerWithTopicsOfViews() throws Exception {
        runs = SmallRuns.start(0);
        runs.createViews("sorted");
        runs.sendPlain("sorted", 0, IMAGES, OrderTest::classAfterClass);
        runs.createViews("mixed");
        Random random = new Random(1);
        runs.sendPlain("mixed", 0, IMAGES, i -> brightness(random.nextInt(CLASSES)));
        runs.createViews("passes");
        runs.sendPlain("passes", 0, IMAGES / 2, OrderTest::classAfterClass);
        runs.sendPlain("passes", 1, IMAGES / 2, OrderTest::classAfterClass);
    }

    private static int classAfterClass(int image) {
        return brightness(image * CLASSES / IMAGES);
    }

    private static int brightness(int label) {
        return 15 * label;
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    @BeforeEach
    void listen() {
        said.start();
        log.addAppender(said);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(said);
    }

    @Test
    void imagesThatComeClassAfterClassAreToldOnce() throws Exception {
        assertThat(train("sorted", ""))
                .singleElement()
                .asString()
                .startsWith(
                        "Run sorted is trained on images that come in an order: by their colours, 128 in a row are"
                                + " worth no more than 1 drawn at random (4,096 images so far, shuffled in blocks of 2 batches)")
                .endsWith(
                        "; shuffle images before they are sent, as ingest does without --in-order, or, if that cannot be,"
                                + " begin another run with --memory minred --updates 10");
    }

    @Test
    void mixedImagesAreNot() throws Exception {
        assertThat(train("mixed", "")).isEmpty();
    }

    @Test
    void aBlockThatMixesThemAllLeavesNothingToSay() throws Exception {
        assertThat(train("sorted", " --block " + STEPS)).isEmpty();
    }

    @Test
    void aMemoryOfMoreThanTheNewestLeavesNothingToSay() throws Exception {
        String memory = " --memory-size 256 --replayed-share 0.1 --memory ";

        assertThat(train("sorted", memory + "reservoir")).isEmpty();
        assertThat(train("sorted", memory + "fifo")).hasSize(1);
    }

    @Test
    void aPassIsJudgedByItself() throws Exception {
        assertThat(train("passes", "")).isEmpty();
    }

    /** What a run said of an order. */
    private List<String> train(String views, String more) throws InterruptedException {
        said.list.clear();
        String run = views + more.replaceAll("[^a-z0-9]+", "-");
        runs.train(
                checkpoints,
                run,
                "--views-topic " + views + " --batch-size " + BATCH + " --chunk 256 --steps " + STEPS + more);
        return said.list.stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .filter(message -> message.contains("order"))
                .toList();
    }
}
