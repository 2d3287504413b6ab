package io.streamclr.ingest.watch;

import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.ingest.source.Reading;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A folder, with all folders in it, of which every complete file is found: first those that are there, then others as
 * they arrive, until somebody stops it. {@link Arrivals} says what complete means. What the operating system reports is
 * listened to where it reports anything; and now and then everything is looked at, because it may lose count, and file
 * systems of other machines report nothing.
 */
public final class WatchedFolder implements ImageSource {

    private static final Duration BETWEEN_LOOKS_HEARING = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS_DEAF = Duration.ofSeconds(5);

    /** With nothing to wait for but what is heard. */
    private static final Duration BETWEEN_GLANCES = Duration.ofSeconds(1);

    private final Path folder;
    private final Clock clock;
    private final Reading reading;
    private final Arrivals arrivals;
    private final Map<WatchKey, Path> watched = new HashMap<>();
    private final Deque<Path> ready = new ArrayDeque<>();
    /** Where nobody tells what happens, null. */
    private final WatchService ears;

    private final Duration betweenLooks;
    private Instant lastLook = Instant.MIN;
    /** A complete file that is being read; null between files. */
    private ImageSource opened;

    private long bytesRead;
    private volatile boolean stopped;

    private WatchedFolder(Path folder, Duration settling, Clock clock, Reading reading, WatchService ears) {
        this.folder = folder;
        this.clock = clock;
        this.reading = reading;
        this.arrivals = new Arrivals(settling);
        this.ears = ears;
        this.betweenLooks = ears == null ? BETWEEN_LOOKS_DEAF : BETWEEN_LOOKS_HEARING;
    }

    /**
     * @param settling how long a file that is written in its place must not change to be complete
     * @throws RefusalException if there is no such folder, or the operating system does not let us watch it
     */
    public static WatchedFolder at(Path folder, Duration settling, Clock clock, Reading reading) {
        if (!Files.isDirectory(folder)) {
            throw new RefusalException("There is no folder " + folder + " to watch; make it, or check the path");
        }
        WatchService ears;
        try {
            ears = folder.getFileSystem().newWatchService();
        } catch (UnsupportedOperationException deaf) {
            ears = null; // as those of object stores
        } catch (IOException refused) {
            throw new RefusalException(
                    "The folder " + folder + " cannot be watched (" + FileFault.of(refused)
                            + "); on Linux, fs.inotify.max_user_instances may have to be raised",
                    refused);
        }
        return new WatchedFolder(folder, settling, clock, reading, ears);
    }

    /** Waits for the next; empty once it is stopped. */
    @Override
    public Optional<Found> next() {
        while (!stopped) {
            if (opened != null) {
                Optional<Found> inside = opened.next();
                if (inside.isPresent()) {
                    return inside;
                }
                bytesRead += opened.bytesRead();
                opened.close();
                opened = null;
            }
            Path file = ready.poll();
            if (file != null) {
                opened = ImageSource.openIn(file, nameOf(file.getParent()), reading);
            } else {
                await();
            }
        }
        return Optional.empty();
    }

    /** The path below the watched folder, with that folder's name in front, as a run over the whole folder would say. */
    private String nameOf(Path parent) {
        Path name = folder.toAbsolutePath().normalize().getFileName();
        String front = name == null ? "" : name.toString();
        String below = folder.relativize(parent).toString();
        return below.isEmpty() ? front : front + "/" + below;
    }

    private void await() {
        try {
            Instant now = clock.instant();
            if (Duration.between(lastLook, now).compareTo(betweenLooks) >= 0) {
                lastLook = now;
                look(folder);
            }
            ready.addAll(arrivals.takeComplete(now));
            if (ready.isEmpty()) {
                listen(arrivals.hasOpen() ? Arrivals.MOMENT : BETWEEN_GLANCES);
                for (Path file : arrivals.open()) {
                    seen(file, Heard.NOTHING);
                }
            }
        } catch (IOException failed) {
            throw new RefusalException(
                    "The folder " + folder + " cannot be watched any more (" + FileFault.of(failed)
                            + "); see what became of it, and start again",
                    failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            stopped = true;
        } catch (ClosedWatchServiceException stop) {
            stopped = true;
        }
    }

    private enum Heard {
        APPEARED,
        CHANGED,
        NOTHING
    }

    private void listen(Duration atMost) throws IOException, InterruptedException {
        if (ears == null) {
            TimeUnit.NANOSECONDS.sleep(atMost.toNanos());
            return;
        }
        WatchKey key = ears.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
        while (key != null) {
            Path in = watched.get(key);
            for (WatchEvent<?> event : key.pollEvents()) {
                if (event.kind() == StandardWatchEventKinds.OVERFLOW) {
                    lastLook = Instant.MIN;
                } else {
                    Path file = in.resolve((Path) event.context());
                    seen(file, event.kind() == StandardWatchEventKinds.ENTRY_CREATE ? Heard.APPEARED : Heard.CHANGED);
                }
            }
            if (!key.reset()) {
                watched.remove(key); // the folder is gone
            }
            key = ears.poll();
        }
    }

    private void seen(Path file, Heard heard) throws IOException {
        if (ImageSource.isHidden(file)) {
            return;
        }
        BasicFileAttributes attributes;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class);
        } catch (IOException gone) {
            arrivals.gone(file);
            return;
        }
        Instant now = clock.instant();
        if (attributes.isDirectory()) {
            if (heard == Heard.APPEARED) {
                look(file);
            }
        } else if (attributes.isRegularFile()) {
            switch (heard) {
                case APPEARED -> arrivals.appeared(file, attributes, now);
                case CHANGED -> arrivals.changed(file, attributes, now);
                case NOTHING -> arrivals.found(file, attributes, now);
            }
        }
    }

    /** Looks at every file in this folder and below, and listens to every folder. */
    private void look(Path from) throws IOException {
        Files.walkFileTree(from, Set.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path inner, BasicFileAttributes attributes) throws IOException {
                if (!inner.equals(folder) && ImageSource.isHidden(inner)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                if (ears != null && !listenTo(inner)) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (attributes.isRegularFile() && !ImageSource.isHidden(file)) {
                    arrivals.found(file, attributes, clock.instant());
                }
                return stopped ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) throws IOException {
                if (file.equals(folder)) {
                    throw gone;
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Listens to a folder, before its files are looked at, so that none is missed; false if it has gone meanwhile. */
    private boolean listenTo(Path inner) throws IOException {
        try {
            watched.put(
                    inner.register(
                            ears,
                            StandardWatchEventKinds.ENTRY_CREATE,
                            StandardWatchEventKinds.ENTRY_MODIFY,
                            StandardWatchEventKinds.ENTRY_DELETE),
                    inner);
            return true;
        } catch (NoSuchFileException | NotDirectoryException gone) {
            if (inner.equals(folder)) {
                throw gone;
            }
            return false;
        }
    }

    /** Ends the waiting; for another thread, such as the one that hears Ctrl-C. What is complete may be left unread. */
    public void stop() {
        stopped = true;
        closeEars();
    }

    @Override
    public long bytesRead() {
        return bytesRead + (opened == null ? 0 : opened.bytesRead());
    }

    @Override
    public void close() {
        stop();
        if (opened != null) {
            opened.close();
        }
    }

    private void closeEars() {
        try {
            if (ears != null) {
                ears.close();
            }
        } catch (IOException harmless) {
            stopped = true; // nothing was written, so nothing is lost
        }
    }
}
