package io.streamclr.augment.decode.child;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a child says on its error stream: heard to the end, so that it never waits; of each question the beginning is kept. */
final class Complaints {

    private static final int MOST_BYTES = 1 << 14;
    private static final long MOST_MILLISECONDS = 2_000;

    /** How a JVM, the C++ library and Java say that there is no memory. */
    private static final Pattern NO_MEMORY =
            Pattern.compile("std::bad_alloc|insufficient memory|OutOfMemoryError|Out of Memory|out of memory");

    private static final Pattern SIGNAL = Pattern.compile("(?m)^#\\s+(SIG[A-Z]+)\\b");

    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final Thread listener;

    Complaints(InputStream from) {
        listener = new Thread(() -> listen(from), "complaints of a decoding process");
        listener.setDaemon(true);
        listener.start();
    }

    private void listen(InputStream from) {
        byte[] piece = new byte[1 << 12];
        try (from) {
            for (int got = from.read(piece); got >= 0; got = from.read(piece)) {
                keep(piece, got);
            }
        } catch (IOException ended) {
            // There is nothing more to hear.
        }
    }

    private synchronized void keep(byte[] piece, int length) {
        kept.write(piece, 0, Math.min(length, MOST_BYTES - kept.size()));
    }

    synchronized void forget() {
        kept.reset();
    }

    /** Waits for the end of what a child that has ended said. */
    void hearOut() {
        try {
            listener.join(MOST_MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized String text() {
        return kept.toString(StandardCharsets.UTF_8);
    }

    boolean tellOfNoMemory() {
        return NO_MEMORY.matcher(text()).find();
    }

    /** The signal that a JVM died by, as its report names it. */
    Optional<String> signal() {
        Matcher matcher = SIGNAL.matcher(text());
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** The first line; empty if there is none. */
    String first() {
        return text().lines().filter(line -> !line.isBlank()).findFirst().orElse("");
    }
}
