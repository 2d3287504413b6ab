package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.console.page.FolderPage;
import io.streamclr.console.page.LivePage;
import io.streamclr.console.page.PageAddress;
import io.streamclr.console.probe.ProbeImages;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.run.Training;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.views.ViewRenderer;
import io.streamclr.trainer.watch.HeldOut;
import io.streamclr.trainer.watch.TrainingListener;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogType;

/** The live page of a real run, in a real browser. */
@ExtendWith(RealBroker.class)
class LivePageTest {

    private static final int GOOD = 120;

    /** A name that takes the page over where it is taken for markup. */
    private static final String MARKUP = "<b>&amp;<img src=x onerror=\"window.pwned=1\">.png";

    /** What else no name should hold: a terminal's escapes, a line break, a turned direction, half a character. */
    private static final String SOURCE = "\u001b]0;title\u0007<script>window.pwned=1</script>\n\u202egnp.\ud800 \"\\";

    /** The beginning of it on the page, as a string of JavaScript's. */
    private static final String SHOWN =
            "\\\\u001b]0;title\\\\u0007<script>window.pwned=1</script>\\\\u000a\\\\u202egnp.";

    @TempDir
    Path folder;

    private final ExecutorService beside = Executors.newSingleThreadExecutor();
    private ChromeDriver browser;

    @BeforeEach
    void openBrowser() {
        browser = PageBrowser.open(folder);
    }

    @AfterEach
    void closeBrowser() {
        beside.shutdownNow();
        if (browser != null) {
            browser.quit();
        }
    }

    @Test
    void aRunIsSeenToLearnAndEveryPictureSaysWhereItComesFrom() throws Exception {
        prepareViews();
        TrainConfig config = SmallTraining.config("page", folder.resolve("checkpoints"), 0);
        HeldOut sample = HeldOut.ofTheStream(
                1,
                new ProbeImages()
                        .ofTopic(RealBroker.connection(), "page.images", GOOD)
                        .orElseThrow());
        Training training = new Training(config, new SimpleMeterRegistry(), ViewRenderer.NONE, sample);
        PageAddress again;
        try (LivePage page =
                LivePage.open(PageAddress.here(), config, "page.images", "images.rejected", "page.embeddings")) {
            URI address = page.uri();
            browser.get(address.toString());
            CountDownLatch seen = new CountDownLatch(1);
            CountDownLatch enough = new CountDownLatch(1);
            TrainingListener pause = report -> {
                holdAt(30, report.step(), seen);
                holdAt(33, report.step(), enough); // of what there is to learn, some is left for the run that goes on
            };
            Future<?> learning = beside.submit(() -> training.run(TrainingListener.all(List.of(page, pause))));

            await("the curve of the loss moves", "return points('Loss') > 8");
            long before = (Long) browser.executeScript(PageBrowser.WORDS + "return points('Loss')");
            seen.countDown();
            await("the curve of the loss goes on", "return points('Loss') > " + before);
            await("pictures show", "return shown('#pairs img') >= 24");
            await("an encoder is shown images", "return document.getElementById('map').dataset.points == " + GOOD);
            await("neighbours show", "return document.querySelectorAll('.likes canvas').length == 7 * 7");
            await("a checkpoint is listed", "return text('#checkpoints').includes('feature rank')");
            await("a reject says its reason", "return text('#rejects').includes('NOT_AN_IMAGE')");
            await("names are shown as they are", "return text('#rejects').includes('" + MARKUP + "')");
            await("what a terminal would obey is spelt out", "return text('#rejects').includes('" + SHOWN + "')");
            assertThat(browser.executeScript("return document.querySelectorAll('#rejects :is(b, img, script)').length"))
                    .as("elements that a name has made")
                    .isEqualTo(0L);
            await("the histograms of cosines are shown", "return points('How alike embeddings are') == 41");
            await("the accuracy on a sample of the stream is shown", "return points('kNN accuracy') >= 1");
            await("the lag is shown", "return points('Backlog') > 1");

            browser.findElement(By.cssSelector("#pairs button")).click();
            await("the lineage opens", "return shown('.drawn img') == 3 && text('.drawn').includes('of the image')");
            assertThat(browser.findElement(By.cssSelector(".where")).getText())
                    .contains("pass ", "run seed ", "recipe cifar");
            await(
                    "file and class of the image are said",
                    "return text('.source').endsWith('.png') && /^class (dark|light) \\(label [01]\\)$/.test(text('.class'))");
            browser.findElement(By.id("close")).click();
            await("the map's colours are explained", "return text('#classes') === 'darklight'");
            await("the data are described", "return text('#data').includes('in topic page.images')");
            await("settings are listed", "return text('#settings-table').includes('temperature')");
            await("processor and memory are shown", "return points('Processor') > 1 && points('Memory') > 1");

            assertThat(browser.executeScript("return document.getElementById('stream').checkVisibility()"))
                    .as("what is shown of a stream that nobody embeds")
                    .isEqualTo(false);
            try (WrittenEmbeddings embeddings = new WrittenEmbeddings("page.embeddings")) {
                embeddings.send(0, 4, WrittenEmbeddings.FIRST).written();
            }
            await("what is embedded shows", "return document.querySelectorAll('.embedded').length == 4");

            browser.navigate().refresh();
            await("curves are there after a reload", "return points('Loss') >= " + before);
            await("pictures are there after a reload", "return shown('#pairs img') >= 24 && shown('.likes') == 0");

            browser.manage().window().setSize(new Dimension(500, 900));
            await(
                    "a narrow screen need not be scrolled sideways",
                    "return document.documentElement.scrollWidth <= window.innerWidth");
            assertThat(browser.executeScript("return window.pwned"))
                    .as("what a name has done")
                    .isNull();
            assertThat(everythingAsked()).allMatch(asked -> asked.startsWith(address.toString()));
            assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
                    .as("messages in the browser's console")
                    .isEmpty();
            training.stop();
            enough.countDown();
            learning.get();
            browser.executeScript("window.ofTheFirstStart = true");
            again = new PageAddress(address.getHost(), address.getPort(), "");
        }
        assertThat(config.folder().resolve("page/gallery.png"))
                .as("pictures that were shown before there was a folder to keep them in")
                .exists();
        aRunThatGoesOnShowsWhatItHasLearnedBefore(config, again);
        aRunThatHasEndedIsShownWithOthersOverItAndCanBeLookedAtClosely(config);
    }

    private void aRunThatHasEndedIsShownWithOthersOverItAndCanBeLookedAtClosely(TrainConfig config) throws Exception {
        Path other = Files.createDirectories(config.folder().resolveSibling("other"));
        Files.copy(config.folder().resolve("metrics.jsonl"), other.resolve("metrics.jsonl"));
        Files.writeString(
                other.resolve("run.jsonl"),
                Files.readString(config.folder().resolve("run.jsonl")).replace("\"batch\":8", "\"batch\":16"));
        try (FolderPage page = FolderPage.open(PageAddress.here(), config.folder(), List.of())) {
            browser.manage().window().setSize(new Dimension(1280, 2000));
            browser.get(page.uri().toString());
            await("its curves are shown", "return points('Loss') >= 3");
            await("its pictures show", "return shown('#pairs img') >= 24");
            await("its map shows", "return document.getElementById('map').dataset.points == " + GOOD);
            browser.findElement(By.cssSelector("#pairs button")).click();
            await("the lineage opens", "return shown('.drawn img') == 3 && text('.source').endsWith('.png')");
            browser.findElement(By.id("close")).click();

            browser.findElement(By.cssSelector("#compare summary")).click();
            browser.findElement(By.cssSelector("#compare-runs input[value=other]"))
                    .click();
            await("both runs are in a chart", "return text('[data-chart=Loss] ul') === 'pageother'");
            await(
                    "the setting that differs is marked",
                    "return text('#settings-table tr.differs').startsWith('≠ batch') && text('#settings-table').includes('16')");

            WebElement loss = browser.findElement(By.cssSelector("[data-chart=Loss]"));
            loss.sendKeys("+");
            await("a part can be looked at", "return document.getElementById('all').checkVisibility()");
            browser.findElement(By.cssSelector("[data-chart=Loss]")).sendKeys("0");
            await("and all again", "return !document.getElementById('all').checkVisibility()");
            browser.findElement(By.id("smoothing")).sendKeys(Keys.ARROW_RIGHT);
            await("curves can be smoothed", "return text('#smoothing-value') === '0.01'");
            // The pages before have closed meanwhile, at which the browser says that their events were cut.
            assertThat(browser.manage().logs().get(LogType.BROWSER).getAll())
                    .as("messages in the browser's console")
                    .noneMatch(said -> said.getMessage().contains(page.uri().toString()));
            assertThat(everythingAsked())
                    .allMatch(asked -> asked.startsWith(page.uri().toString()));
        }
    }

    /** In a process of its own this page would know nothing: all it has is the run's folder. */
    private void aRunThatGoesOnShowsWhatItHasLearnedBefore(TrainConfig config, PageAddress again) throws Exception {
        Training training = new Training(config, new SimpleMeterRegistry());
        try (LivePage page = LivePage.open(again, config, "page.images", "images.rejected", "page.embeddings")) {
            await("the tab that is open begins anew", "return window.ofTheFirstStart === undefined");
            CountDownLatch seen = new CountDownLatch(1);
            TrainingListener pause = new TrainingListener() {
                @Override
                public void began(long step, long pairs) {
                    holdAt(step, step, seen);
                }

                @Override
                public void trained(StepReport report) {}
            };
            Future<?> learning = beside.submit(() -> training.run(TrainingListener.all(List.of(page, pause))));

            await("the curve of the loss is there before a step is trained", "return points('Loss') >= 3");
            await("so is what was measured", "return points('Effective rank') >= 1");
            long before = (Long) browser.executeScript(PageBrowser.WORDS + "return points('Loss')");
            seen.countDown();
            await("the curve of the loss goes on", "return points('Loss') > " + before);
            training.stop();
            learning.get();
        }
    }

    /** Holds the training up at a step until what shall be seen by then was seen. */
    private static void holdAt(long step, long now, CountDownLatch seen) {
        try {
            if (now == step && !seen.await(5, TimeUnit.MINUTES)) {
                throw new IllegalStateException("What was to be seen by step " + step + " was not");
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(String what, String script) {
        PageBrowser.await(browser, what, script);
    }

    private List<String> everythingAsked() {
        return PageBrowser.everythingAsked(browser);
    }

    private void prepareViews() throws Exception {
        Path pictures = folder.resolve("pictures");
        Pictures.write(pictures, GOOD, 36);
        Path dark = Files.createDirectories(pictures.resolve("dark"));
        Path light = Files.createDirectories(pictures.resolve("light"));
        byte[] good = Files.readAllBytes(pictures.resolve("00000.png"));
        for (int image = 0; image < GOOD; image++) {
            String name = String.format("%05d.png", image);
            Files.move(pictures.resolve(name), (image % 2 == 0 ? dark : light).resolve(name));
        }
        Files.write(dark.resolve("a-cut.png"), Arrays.copyOf(good, good.length / 2));
        Files.writeString(dark.resolve("b-page.jpg"), "<html>not found</html>");
        Files.write(dark.resolve(MARKUP), Arrays.copyOf(good, good.length / 3));
        RealBroker.create(Topic.IMAGES, "page.images", 2);
        RealBroker.create(Topic.VIEWS, "page.views", 2);
        RealBroker.create(Topic.IMAGES_REJECTED, Topic.IMAGES_REJECTED.defaultName(), 2);
        RealBroker.create(Topic.BATCHES, "page.batches", 1);
        RealBroker.create(Topic.ENCODERS, "page.encoders", 1);
        run("ingest", pictures.toString(), "--images-topic", "page.images");
        EncodedImage foreign = new EncodedImage(
                SOURCE, ByteBuffer.wrap(new byte[] {1, 2, 3}), null, Instant.EPOCH, Map.of(MARKUP, SOURCE), MARKUP);
        RealBroker.send(
                "page.images", 1, MARKUP.getBytes(StandardCharsets.UTF_8), WireFormat.ENCODED_IMAGE.encode(foreign));
        run(
                "augment",
                "--images-topic",
                "page.images",
                "--views-topic",
                "page.views",
                "--recipe",
                "cifar,size=28",
                "--passes",
                "10");
    }

    private static void run(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--bootstrap-server";
        all[arguments.length + 1] = RealBroker.address();
        Command done = Command.run(all);
        assertThat(done.exitCode()).as(done.errors()).isZero();
    }
}
