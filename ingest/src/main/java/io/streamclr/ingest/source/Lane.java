package io.streamclr.ingest.source;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Something that images are taken from, beside others of which as large a part is taken meanwhile. */
abstract class Lane {

    private ImageSource open;
    private long bytesDone;

    private Lane() {}

    /** A part of a deck. @param until the card that is not taken any more */
    static Lane of(Deck deck, int until) {
        return new Drawn(deck, until);
    }

    /** Files that are read from front to back, one after the other. @param opening reads one of them, as far as it counts */
    static Lane of(List<FileWalk.File> files, Function<FileWalk.File, ImageSource> opening) {
        return new Read(files, opening);
    }

    /** How much of all has been read, 0 to 1. */
    abstract double progress();

    /** What comes next; null at the end. */
    abstract ImageSource following();

    /** The next; empty at the end. */
    Optional<Found> next() {
        while (true) {
            if (open == null) {
                open = following();
                if (open == null) {
                    return Optional.empty();
                }
            }
            Optional<Found> found = open.next();
            if (found.isPresent()) {
                return found;
            }
            close();
        }
    }

    long bytesRead() {
        return bytesDone + (open == null ? 0 : open.bytesRead());
    }

    void close() {
        if (open != null) {
            bytesDone += open.bytesRead();
            open.close();
            open = null;
        }
    }

    private static final class Drawn extends Lane {

        private final Deck deck;
        private final int from;
        private final int until;

        Drawn(Deck deck, int until) {
            this.deck = deck;
            this.from = deck.taken();
            this.until = until;
        }

        @Override
        double progress() {
            return (double) (deck.taken() - from) / Math.max(1, until - from);
        }

        @Override
        ImageSource following() {
            return deck.taken() < until ? deck.draw() : null;
        }
    }

    private static final class Read extends Lane {

        private final Iterator<FileWalk.File> rest;
        private final Function<FileWalk.File, ImageSource> opening;
        private final long bytes;

        Read(List<FileWalk.File> files, Function<FileWalk.File, ImageSource> opening) {
            this.rest = List.copyOf(files).iterator();
            this.opening = opening;
            this.bytes = files.stream()
                    .mapToLong(file -> Math.max(1, file.attributes().size()))
                    .sum();
        }

        @Override
        double progress() {
            return (double) bytesRead() / bytes;
        }

        @Override
        ImageSource following() {
            return rest.hasNext() ? opening.apply(rest.next()) : null;
        }
    }
}
