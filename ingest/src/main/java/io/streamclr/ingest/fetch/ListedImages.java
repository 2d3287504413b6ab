package io.streamclr.ingest.fetch;

import io.streamclr.ingest.source.BoundedLines;
import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.ingest.source.Reading;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

/**
 * A list, one line for each path or web address, in UTF-8; empty lines and lines that begin with # are passed over. A
 * path may lead to anything that {@link ImageSource} opens. Addresses are fetched some lines ahead, as far as the list is
 * there to be read, and what they hold comes in the order of the lines all the same. Classes by folders have names and no
 * numbers, as what the list goes on with is not known.
 */
public final class ListedImages implements ImageSource {

    private static final int MAX_LINE_BYTES = 8 << 10;
    /** Images fetched ahead, in memory. */
    private static final int LINES_AHEAD = 32;

    private static final Pattern WITH_SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

    private final InputStream list;
    private final BoundedLines lines;
    private final WebImages web;
    private final Reading reading;
    private final Queue<Line> ahead = new ArrayDeque<>();
    private final List<String> notes = new ArrayList<>();
    /** What a line's path holds; null between such lines. */
    private ImageSource opened;

    private boolean ended;

    /** A line that was read. */
    private sealed interface Line {}

    private record Fetched(String source, Future<Found> found) implements Line {}

    private record Listed(Path path) implements Line {}

    /** @param list and {@code web} are closed with this */
    public ListedImages(InputStream list, WebImages web, Reading reading) {
        this.list = list;
        this.reading = reading;
        this.lines = new BoundedLines(list, MAX_LINE_BYTES);
        this.web = web;
    }

    @Override
    public Optional<Found> next() {
        while (true) {
            if (opened != null) {
                Optional<Found> inside = opened.next();
                if (inside.isPresent()) {
                    noteNames(inside.get());
                    return inside;
                }
                opened.close();
                opened = null;
            }
            while (!ended && ahead.size() < LINES_AHEAD && (ahead.isEmpty() || isReady())) {
                readLine();
            }
            Line next = ahead.poll();
            if (next == null) {
                return Optional.empty();
            }
            if (next instanceof Fetched fetched) {
                return Optional.of(result(fetched));
            }
            Path path = ((Listed) next).path();
            if (!Files.exists(path)) {
                return Optional.of(new Found.Unreadable(path.toString(), "is not there"));
            }
            try {
                opened = ImageSource.openAmongOthers(path, reading);
            } catch (RefusalException unreadable) {
                return Optional.of(new Found.Unreadable(path.toString(), unreadable.getMessage()));
            }
        }
    }

    private void noteNames(Found found) {
        if (notes.isEmpty()
                && found instanceof Found.Image image
                && !image.className().isEmpty()
                && image.label().isEmpty()) {
            notes.add("classes from folder names of listed folders and archives have names and no numbers, for the rest"
                    + " of the list is not known; --labels none turns this off");
        }
    }

    @Override
    public List<String> notes() {
        return List.copyOf(notes);
    }

    private static Found result(Fetched fetched) {
        try {
            return fetched.found().get();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while an image was fetched", stop);
        } catch (ExecutionException defect) {
            throw new IllegalStateException("Fetching " + fetched.source() + " failed", defect.getCause());
        }
    }

    /** Whether the list goes on without waiting: who writes it may take hours, and what came before is due now. */
    private boolean isReady() {
        try {
            return lines.ready();
        } catch (IOException broken) {
            throw unreadableOn(broken);
        }
    }

    private static RefusalException unreadableOn(IOException broken) {
        return new RefusalException("The list cannot be read on: " + FileFault.of(broken), broken);
    }

    private void readLine() {
        Optional<BoundedLines.Line> line;
        try {
            line = lines.next();
        } catch (IOException broken) {
            throw unreadableOn(broken);
        }
        if (line.isEmpty()) {
            ended = true;
            return;
        }
        String text = new String(line.get().bytes(), StandardCharsets.UTF_8).strip();
        if (line.get().cut()) {
            String beginning = text.substring(0, Math.min(60, text.length())); // of a line of spaces nothing is left
            ahead.add(unreadable(beginning + "...", "is a line of more than " + MAX_LINE_BYTES + " bytes"));
        } else if (!text.isEmpty() && !text.startsWith("#")) {
            ahead.add(understand(text));
        }
    }

    private Line understand(String text) {
        try {
            if (!WITH_SCHEME.matcher(text).matches()) {
                return new Listed(Path.of(text));
            }
            URI address = new URI(text);
            if (!("http".equalsIgnoreCase(address.getScheme()) || "https".equalsIgnoreCase(address.getScheme()))
                    || address.getHost() == null) {
                return unreadable(text, "is neither a path nor an address that begins with http:// or https://");
            }
            return new Fetched(text, web.fetch(address, reading));
        } catch (URISyntaxException | InvalidPathException wrong) {
            return unreadable(text, "is no path and no address: " + wrong.getMessage());
        }
    }

    private static Line unreadable(String text, String why) {
        return new Fetched(text, CompletableFuture.completedFuture(new Found.Unreadable(text, why)));
    }

    /** Bytes of the list itself, read ahead among them. */
    @Override
    public long bytesRead() {
        return lines.bytesRead();
    }

    @Override
    public void close() {
        ahead.clear();
        if (opened != null) {
            opened.close();
        }
        web.close();
        try {
            list.close();
        } catch (IOException harmless) {
            ended = true; // nothing was written, so nothing is lost
        }
    }
}
