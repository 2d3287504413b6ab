package io.streamclr.ingest.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Catalogs as one deck of cards: everything in them, in the order of its keys. Takes 8 bytes a thing. */
final class Deck {

    private static final int THING_BITS = 28;
    private static final long THING = (1L << THING_BITS) - 1;

    /** As many things a deck can have. */
    static final int MOST_THINGS = (int) THING;

    private final List<Catalog> catalogs;
    /** The number of each catalog's first thing. */
    private final int[] firsts;

    private final long[] cards;
    private int at;

    Deck(List<Catalog> catalogs) {
        this.catalogs = new ArrayList<>(catalogs);
        this.firsts = new int[catalogs.size()];
        int count = 0;
        for (int i = 0; i < firsts.length; i++) {
            firsts[i] = count;
            count = Math.addExact(count, catalogs.get(i).count());
        }
        cards = new long[count];
        for (int i = 0; i < firsts.length; i++) {
            for (int thing = 0; thing < catalogs.get(i).count(); thing++) {
                cards[firsts[i] + thing] = packed(catalogs.get(i).key(thing), firsts[i] + thing);
            }
        }
        Arrays.sort(cards);
    }

    /** A key, rounded, and a number below {@link #MOST_THINGS}, as one number that sorts by them. */
    static long packed(long key, int thing) {
        return (key & ~THING) | thing;
    }

    static long key(long packed) {
        return packed & ~THING;
    }

    static int thing(long packed) {
        return (int) (packed & THING);
    }

    int count() {
        return cards.length;
    }

    /** How many were taken. */
    int taken() {
        return at;
    }

    /** Opens the next; there must be one. */
    ImageSource draw() {
        int thing = thing(cards[at++]);
        int found = Arrays.binarySearch(firsts, thing);
        int catalog = found >= 0 ? found : -found - 2;
        // Of catalogs that begin at the same number all but the last are empty.
        while (catalog + 1 < firsts.length && firsts[catalog + 1] == thing) {
            catalog++;
        }
        return catalogs.get(catalog).open(thing - firsts[catalog]);
    }

    void close() {
        catalogs.forEach(Catalog::close);
        at = cards.length;
    }
}
