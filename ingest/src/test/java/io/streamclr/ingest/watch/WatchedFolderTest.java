package io.streamclr.ingest.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import com.google.common.jimfs.WatchServiceConfiguration;
import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.Reading;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(90)
class WatchedFolderTest {

    /** Longer than any test takes: a file that settles is then none that arrived at once. */
    private static final Duration NEVER = Duration.ofHours(1);

    private static final Duration SOON = Duration.ofMillis(300);

    @TempDir
    Path home;

    private final BlockingQueue<String> found = new LinkedBlockingQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private WatchedFolder watched;

    @AfterEach
    void stop() {
        watched.close();
    }

    @Test
    void aFileThatIsMovedIntoTheFolderIsFoundAtOnceWhateverItsAge() throws Exception {
        Path folder = Files.createDirectories(home.resolve("photos"));
        watch(folder, NEVER);
        Path elsewhere = Files.writeString(home.resolve("part"), "whole");

        Files.move(elsewhere, folder.resolve("1.jpg"), StandardCopyOption.ATOMIC_MOVE);
        Path beside = Files.writeString(folder.resolve(".2.jpg.part"), "whole too");
        Files.move(beside, folder.resolve("2.jpg"), StandardCopyOption.ATOMIC_MOVE);

        assertThat(next()).isEqualTo("photos/1.jpg whole");
        assertThat(next()).isEqualTo("photos/2.jpg whole too");
    }

    @Test
    void aFileThatIsWrittenInTheFolderIsFoundWholeAndOnce() throws Exception {
        Path folder = Files.createDirectories(home.resolve("photos"));
        watch(folder, SOON);

        try (OutputStream slow = Files.newOutputStream(folder.resolve("1.jpg"))) {
            for (String part : new String[] {"one", " after", " the other"}) {
                slow.write(part.getBytes(UTF_8));
                slow.flush();
            }
        }

        assertThat(next()).isEqualTo("photos/1.jpg one after the other");
        Files.writeString(folder.resolve("2.jpg"), "the next");
        assertThat(next()).isEqualTo("photos/2.jpg the next");
    }

    @Test
    void whatIsThereBeforeAndInNewFoldersIsFoundToo() throws Exception {
        Path folder = Files.createDirectories(home.resolve("photos"));
        Files.writeString(Files.createDirectories(folder.resolve("a/b")).resolve("old.jpg"), "old");
        watch(folder, SOON);
        assertThat(next()).isEqualTo("photos/a/b/old.jpg old");

        Path made = Files.createDirectories(home.resolve("c/d"));
        Files.writeString(made.resolve("new.jpg"), "new");
        Files.move(home.resolve("c"), folder.resolve("c"));

        assertThat(next()).isEqualTo("photos/c/d/new.jpg new");
    }

    @Test
    void foldersThatComeAndGoMeanwhileDoNotEndIt() throws Exception {
        Path folder = Files.createDirectories(home.resolve("photos"));
        watch(folder, NEVER);

        for (int brief = 0; brief < 5000; brief++) {
            Files.delete(Files.createDirectory(folder.resolve("brief-" + brief)));
        }
        Path elsewhere = Files.writeString(home.resolve("part"), "whole");
        Files.move(elsewhere, folder.resolve("1.jpg"), StandardCopyOption.ATOMIC_MOVE);

        assertThat(next()).isEqualTo("photos/1.jpg whole");
    }

    @Test
    void whereNobodyTellsWhatHappensTheFolderIsLookedAt() throws Exception {
        try (FileSystem memory = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                .setWatchServiceConfiguration(WatchServiceConfiguration.polling(1, TimeUnit.HOURS))
                .build())) {
            Path folder = Files.createDirectories(memory.getPath("/bucket/photos"));
            Files.writeString(folder.resolve("1.jpg"), "there");

            watch(folder, SOON);

            assertThat(next()).isEqualTo("photos/1.jpg there");
        }
    }

    @Test
    void itEndsWhenItIsStopped() throws Exception {
        Path folder = Files.createDirectories(home.resolve("photos"));
        watch(folder, SOON);

        watched.stop();

        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aMissingFolderIsRefused() throws IOException {
        watched = WatchedFolder.at(home, SOON, Clock.systemUTC(), Reading.usual());
        Path missing = home.resolve("none");

        assertThatThrownBy(() -> WatchedFolder.at(missing, SOON, Clock.systemUTC(), Reading.usual()))
                .isInstanceOf(RefusalException.class)
                .hasMessage("There is no folder " + missing + " to watch; make it, or check the path");
    }

    /** Watches on another thread, which has looked at everything once when this returns. */
    private void watch(Path folder, Duration settling) throws Exception {
        Files.writeString(folder.resolve("0.jpg"), "first");
        Files.setLastModifiedTime(folder.resolve("0.jpg"), FileTime.from(Instant.EPOCH));
        watched = WatchedFolder.at(folder, settling, Clock.systemUTC(), Reading.usual());
        Thread reading = new Thread(() -> {
            for (Optional<Found> next = watched.next(); next.isPresent(); next = watched.next()) {
                next.get()
                        .match(
                                image -> found.add(image.source() + " " + new String(image.encoded(), UTF_8)),
                                unreadable -> found.add(unreadable.toString()),
                                skipped -> found.add(skipped.toString()));
            }
            ended.countDown();
        });
        reading.setDaemon(true);
        reading.start();
        assertThat(next()).isEqualTo("photos/0.jpg first");
    }

    private String next() throws InterruptedException {
        return found.poll(30, TimeUnit.SECONDS);
    }
}
