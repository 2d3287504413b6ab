package io.streamclr.ingest.source;

import io.streamclr.schemas.identity.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The samples of a tar file that is not compressed, by where their entries lie: about 20 bytes an entry. What an entry
 * holds is not looked at before it is read.
 */
final class TarCatalog implements Catalog {

    private static final int BYTES_EACH = 20;

    private final Path file;
    private final String source;
    private final Reading reading;
    private final FolderClasses classes;
    /** Of the entries, as they lie. */
    private final long[] offsets;
    /** Hashes of the entries' samples, and the entries' numbers in their lower bits; sorted. */
    private final long[] entries;
    /** Where each sample begins among them. */
    private final int[] samples;

    private TarCatalog(
            Path file,
            String source,
            Reading reading,
            FolderClasses classes,
            long[] offsets,
            long[] entries,
            int[] samples) {
        this.file = file;
        this.source = source;
        this.reading = reading;
        this.classes = classes;
        this.offsets = offsets;
        this.entries = entries;
        this.samples = samples;
    }

    /**
     * Looks what the file holds.
     *
     * @param source what the file is called to people
     * @param mostBytes that it may take
     * @return empty if it is damaged, which reading it from front to back tells more of, or takes more memory
     */
    static Optional<TarCatalog> of(
            Path file, String source, Reading reading, FolderClasses classes, long seed, long mostBytes) {
        long[] offsets = new long[1024];
        long[] entries = new long[1024];
        int count = 0;
        try (TarHeaders headers = TarHeaders.of(file, Packing.NONE)) {
            while (headers.next()) {
                if (headers.isDirectory()) {
                    continue;
                }
                if ((long) count * BYTES_EACH > mostBytes || count == Deck.MOST_THINGS) {
                    return Optional.empty();
                }
                if (count == offsets.length) {
                    offsets = Arrays.copyOf(offsets, 2 * count);
                    entries = Arrays.copyOf(entries, 2 * count);
                }
                offsets[count] = headers.offset();
                entries[count] = Deck.packed(Seeds.of(seed, TarSource.keyOf(headers.name()), 0), count);
                count++;
            }
        } catch (IOException | IllegalArgumentException damaged) {
            return Optional.empty();
        }
        return Optional.of(of(file, source, reading, classes, offsets, Arrays.copyOf(entries, count)));
    }

    private static TarCatalog of(
            Path file, String source, Reading reading, FolderClasses classes, long[] offsets, long[] entries) {
        Arrays.sort(entries);
        int[] samples = new int[entries.length];
        int count = 0;
        for (int i = 0; i < entries.length; i++) {
            if (i == 0 || Deck.key(entries[i]) != Deck.key(entries[i - 1])) {
                samples[count++] = i;
            }
        }
        return new TarCatalog(file, source, reading, classes, offsets, entries, Arrays.copyOf(samples, count));
    }

    long bytes() {
        return (long) entries.length * BYTES_EACH;
    }

    @Override
    public int count() {
        return samples.length;
    }

    @Override
    public long key(int thing) {
        return Deck.key(entries[samples[thing]]);
    }

    @Override
    public ImageSource open(int thing) {
        int from = samples[thing];
        int to = thing + 1 < samples.length ? samples[thing + 1] : entries.length;
        long[] places = new long[to - from];
        Arrays.setAll(places, i -> offsets[Deck.thing(entries[from + i])]);
        return classes.in(file, source, TarSource.open(file, source, places, reading));
    }

    @Override
    public void close() {
        // nothing is open
    }
}
