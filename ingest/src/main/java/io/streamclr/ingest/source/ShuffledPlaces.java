package io.streamclr.ingest.source;

import io.streamclr.schemas.identity.Seeds;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What some places hold, shuffled. Files, and entries of zip files and of tar files that are not compressed, are listed and
 * read in any order; of these every order is equally likely. Other files, and zip files beyond {@value #MOST_ZIPS}, can only be read from front to back: some of them
 * are read at a time, a share of each that is the same of all, and their images wait in memory, from which any is the next.
 *
 * <p>More files than can be listed in memory are shuffled portion by portion. The order is a function of the seed and of
 * names, and, where files are read from front to back, of their sizes and what they hold, on a machine with a gibibyte of
 * memory for Java or more.
 */
final class ShuffledPlaces implements ImageSource {

    /** Files that are read from front to back at a time. */
    private static final int MOST_LANES = 4;

    /** For lists of names and places; {@link Deck#MOST_THINGS} take more. */
    private static final long MOST_LISTED_BYTES = 2L << 30;
    /** A listed zip file stays open, and many systems allow a process 1,024 open files. */
    static final int MOST_ZIPS = 256;

    /** What something takes that is reported and not read. */
    private static final int BYTES_TO_REPORT = 300;

    /**
     * A file that is read from front to back.
     *
     * @param container the folder that was given, which it lies in, and what that is called to people
     */
    private record Stream(FileWalk.File file, Path container, String front, FileKind kind, Packing packing) {}

    private final Reading reading;
    private final FolderClasses classes;
    private final long seed;
    private final long wanted;
    private final long mostListedBytes;
    private final Iterator<Path> places;
    private final ShuffleBuffer buffer;
    private final Deque<Found> ready = new ArrayDeque<>();
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Stream> streams = new ArrayList<>();
    private final List<Catalog> catalogs = new ArrayList<>();
    private Deck deck = new Deck(List.of());
    /** Null between places. */
    private FileWalk walk;

    private Path place;
    /** How much of the portion is taken before the rest of it, 0 to 1. */
    private double share;

    /** Zip files of the portion that are open. */
    private int zips;

    private boolean resting = true;
    /** Whether the next portion is listed, and nothing of it was taken. */
    private boolean listed;
    /** How many images the portion holds; null while nobody has looked. */
    private OptionalLong stock;

    private long bytesDone;

    /** @param wanted how many images will be taken; then these are a fair sample */
    ShuffledPlaces(List<Path> places, Reading reading, FolderClasses classes, long seed, long wanted) {
        this(
                places,
                reading,
                classes,
                seed,
                wanted,
                Math.min(MOST_LISTED_BYTES, Runtime.getRuntime().maxMemory() / 4),
                new ShuffleBuffer(seed));
    }

    ShuffledPlaces(
            List<Path> places,
            Reading reading,
            FolderClasses classes,
            long seed,
            long wanted,
            long mostListedBytes,
            ShuffleBuffer buffer) {
        this.places = List.copyOf(places).iterator();
        this.reading = reading;
        this.classes = classes;
        this.seed = seed;
        this.wanted = wanted;
        this.mostListedBytes = mostListedBytes;
        this.buffer = buffer;
    }

    @Override
    public Optional<Found> next() {
        while (true) {
            if (!ready.isEmpty()) {
                return Optional.of(ready.poll());
            }
            if (buffer.isFull()) {
                return Optional.of(buffer.draw());
            }
            Optional<Found> found = take();
            if (found.isPresent()) {
                if (streams.isEmpty() || !(found.get() instanceof Found.Image image)) {
                    return found;
                }
                buffer.add(image);
            } else if (!buffer.isEmpty()) {
                return Optional.of(buffer.draw());
            } else if (!goOn()) {
                return Optional.empty();
            }
        }
    }

    /** From the lane that is least far; empty when all are at their ends. */
    private Optional<Found> take() {
        while (!lanes.isEmpty()) {
            Lane lane = lanes.stream()
                    .min(Comparator.comparingDouble(Lane::progress))
                    .orElseThrow();
            Optional<Found> found = lane.next();
            if (found.isPresent()) {
                return found;
            }
            bytesDone += lane.bytesRead();
            lanes.remove(lane);
        }
        return Optional.empty();
    }

    /** The rest of the portion, or another one; false if there is none. */
    private boolean goOn() {
        if (!resting && share < 1) {
            resting = true;
            open(false);
            return true;
        }
        listPortion();
        listed = false;
        share = share();
        resting = false;
        open(true);
        return deck.count() > 0 || !streams.isEmpty() || !ready.isEmpty();
    }

    /** Another portion, unless it is listed already. */
    private void listPortion() {
        if (listed) {
            return;
        }
        deck.close();
        streams.clear();
        catalogs.clear();
        stock = null;
        list();
        deck = new Deck(catalogs);
        listed = true;
    }

    private void open(boolean first) {
        if (deck.count() > 0) {
            lanes.add(Lane.of(deck, first ? (int) Math.ceil(share * deck.count()) : deck.count()));
        }
        int count = Math.min(MOST_LANES, streams.size());
        for (int i = 0; i < count; i++) {
            List<Stream> files = new ArrayList<>();
            for (int j = i; j < streams.size(); j += count) {
                files.add(streams.get(j));
            }
            lanes.add(Lane.of(files.stream().map(Stream::file).toList(), new Opening(files, count, first)::next));
        }
    }

    /** Opens files one after the other. */
    private final class Opening {

        private final Iterator<Stream> rest;
        private final int atOnce;
        private final boolean first;

        Opening(List<Stream> files, int atOnce, boolean first) {
            this.rest = files.iterator();
            this.atOnce = atOnce;
            this.first = first;
        }

        ImageSource next(FileWalk.File file) {
            Stream stream = rest.next();
            ImageSource all = FileSource.file(
                    file.path(), file.folder(), stream.container(), stream.front(), reading, classes, atOnce);
            return share < 1 ? new Sample(all, seed, file.source(), share, first) : all;
        }
    }

    /** A little more than the part that is wanted, where it is known how much there is. */
    private double share() {
        if (wanted == Long.MAX_VALUE || streams.isEmpty()) {
            return 1;
        }
        OptionalLong images = stock();
        return images.isEmpty()
                ? 1
                : Math.min(1, (wanted + 3 * Math.sqrt(wanted) + 10) / Math.max(1, images.getAsLong()));
    }

    /** How many images the portion holds; empty where a file does not say. Compressed tar files are unpacked for it. */
    private OptionalLong stock() {
        if (stock == null) {
            stock = counted();
        }
        return stock;
    }

    private OptionalLong counted() {
        long images = deck.count();
        for (Stream stream : streams) {
            OptionalLong held = Stock.of(stream.file().path(), stream.kind(), stream.packing());
            if (held.isEmpty()) {
                return held;
            }
            images += held.getAsLong();
        }
        return OptionalLong.of(images);
    }

    /**
     * Whether the places surely hold more images than so many, as far as it matters: of what is read from front to back only
     * that counts which has classes from folders. To be asked before the first is taken.
     */
    boolean holdsMoreThan(long images) {
        listPortion();
        return deck.count() > images || (classes.areKnown() && stock().orElse(0) > images);
    }

    /** Lists what the places hold, as far as memory for it reaches. */
    private void list() {
        FileCatalog files = new FileCatalog(reading, classes, seed);
        catalogs.add(files);
        zips = 0;
        long bytes = 0;
        while (bytes + files.bytes() < mostListedBytes && !files.isFull()) {
            if (walk == null) {
                if (!places.hasNext()) {
                    break;
                }
                place = places.next();
                walk = FileWalk.at(place);
            }
            Optional<FileWalk.Step> step = walk.next();
            if (step.isEmpty()) {
                walk = null;
            } else if (step.get() instanceof FileWalk.Other other) {
                ready.add(other.found());
                bytes += BYTES_TO_REPORT;
            } else if (step.get() instanceof FileWalk.File file) {
                bytes += list(file, files, mostListedBytes - bytes - files.bytes());
            }
        }
        streams.sort(
                Comparator.comparingLong(stream -> Seeds.of(seed, stream.file().source(), 0)));
    }

    /** Lists a file, or what it holds. @return what that takes of memory beside the list of files */
    private long list(FileWalk.File file, FileCatalog files, long mostBytes) {
        String front = FileWalk.nameOf(place);
        String name = FileWalk.nameOf(file.path());
        if (FileKind.saysImage(name)) {
            files.add(file, place, front);
            return 0;
        }
        FileKind kind;
        Packing packing;
        try (InputStream in = Files.newInputStream(file.path())) {
            kind = FileKind.of(name, in.readNBytes(FileKind.HEAD_BYTES));
            packing = kind.packing();
            kind = packing == Packing.NONE ? kind : FileSource.kindInside(name, file.path(), packing);
        } catch (IOException | RuntimeException unreadable) {
            files.add(file, place, front); // who reads it says so
            return 0;
        }
        // Elsewhere every leap takes as long as reading megabytes does.
        boolean leaps = packing == Packing.NONE && file.path().getFileSystem().equals(FileSystems.getDefault());
        if (leaps && kind == FileKind.TAR) {
            Optional<TarCatalog> tar = TarCatalog.of(file.path(), file.source(), reading, classes, seed, mostBytes / 2);
            if (tar.isPresent()) {
                catalogs.add(tar.get());
                return tar.get().bytes();
            }
        } else if (leaps && kind == FileKind.ZIP && zips < MOST_ZIPS) {
            Optional<ZipCatalog> zip = ZipCatalog.of(file.path(), file.source(), reading, classes, seed, mostBytes / 2);
            if (zip.isPresent()) {
                zips++;
                catalogs.add(zip.get());
                return zip.get().bytes();
            }
        }
        if (kind == FileKind.OTHER || kind == FileKind.IMAGE || kind == FileKind.IDX_LABELS) {
            files.add(file, place, front);
            return 0;
        }
        streams.add(new Stream(file, place, front, kind, packing));
        return BYTES_TO_REPORT;
    }

    @Override
    public List<String> notes() {
        return classes.notes();
    }

    @Override
    public long bytesRead() {
        return bytesDone + lanes.stream().mapToLong(Lane::bytesRead).sum();
    }

    @Override
    public void close() {
        lanes.forEach(Lane::close);
        lanes.clear();
        deck.close();
        buffer.clear();
        ready.clear();
        streams.clear();
        resting = true;
        listed = false;
        walk = null;
        while (places.hasNext()) {
            places.next();
        }
    }
}
