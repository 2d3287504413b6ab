package io.streamclr.ingest.source;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Samples of a WebDataset that are being put together. What belongs to one usually lies side by side, and need not: a
 * sample is held until memory for it ends, the one that has waited longest for more going first, or until the file does.
 *
 * <p>What is said of an image stands in files of its name up to some dot. {@code 1.cls} says it of {@code 1.png} and {@code
 * 1.left.png}, and {@code 22.05.cls} of {@code 22.05.png} alone; of several the one that agrees longest counts.
 */
final class Samples {

    private static final long MOST_BYTES = 64 << 20;
    /** What an image or an attribute takes beside its content, so that very many small ones count for what they are. */
    private static final int BYTES_TO_HOLD = 256;
    /** Attributes that images of one sample take over from files that agree with less of their names. */
    private static final int MOST_MERGED = 100_000;

    private static final Said NOTHING_SAID = new Said();

    private final Consumer<Found> out;
    private final long mostBytes;
    /** Samples with an image, by their keys, in the order of their first images. */
    private final Map<String, Sample> pictured = new LinkedHashMap<>();
    /** Samples of which only what is said of them has come. */
    private final Map<String, Sample> bare = new LinkedHashMap<>();

    private long bytes;

    /**
     * @param out gets the images, and files that belong to none
     * @param atOnce how many such archives are read at the same time, between which memory is divided
     */
    Samples(Consumer<Found> out, int atOnce) {
        this.out = out;
        this.mostBytes = Math.min(MOST_BYTES, Runtime.getRuntime().maxMemory() / 6) / atOnce;
    }

    /** Hands out samples until so many bytes can be held as well, if that can be. */
    void makeRoom(long more) {
        while (bytes + more > mostBytes && !(pictured.isEmpty() && bare.isEmpty())) {
            Iterator<Sample> oldest =
                    (pictured.isEmpty() ? bare : pictured).values().iterator();
            Sample sample = oldest.next();
            oldest.remove();
            handOut(sample);
        }
    }

    void addImage(String key, String part, Found.Image image) {
        long size = (long) image.encoded().length + image.source().length() + BYTES_TO_HOLD;
        makeRoom(size);
        Sample sample = pictured.get(key);
        if (sample == null) {
            sample = bare.containsKey(key) ? bare.remove(key) : new Sample();
            pictured.put(key, sample);
        }
        sample.images.add(image);
        sample.parts.add(part);
        hold(sample, size);
    }

    /** @param where the file that says so, for people */
    void addLabel(String key, String part, String where, int label) {
        Said said = said(key, part, where, 0);
        said.label = OptionalInt.of(label);
    }

    void addAttribute(String key, String part, String where, String name, String value) {
        Said said = said(key, part, where, name.length() + value.length());
        said.attributes.put(name, value);
    }

    private Said said(String key, String part, String where, long size) {
        long all = size + where.length() + BYTES_TO_HOLD;
        makeRoom(all);
        Sample sample = pictured.get(key);
        if (sample == null) {
            sample = bare.computeIfAbsent(key, first -> new Sample());
        }
        hold(sample, all);
        Said said = sample.said.computeIfAbsent(part, first -> new Said());
        said.where = where;
        return said;
    }

    private void hold(Sample sample, long size) {
        sample.bytes += size;
        bytes += size;
    }

    /** Hands out everything. */
    void finish() {
        pictured.values().forEach(this::handOut);
        pictured.clear();
        bare.values().forEach(this::handOut);
        bare.clear();
    }

    private void handOut(Sample sample) {
        bytes -= sample.bytes;
        for (int i = 0; i < sample.images.size(); i++) {
            Found.Image image = sample.images.get(i);
            Said said = sample.saidOf(sample.parts.get(i));
            out.accept(new Found.Image(image.source(), image.encoded(), said.label, image.capturedAt(), said.shared()));
        }
        sample.said.values().stream()
                .filter(said -> !said.used)
                .forEach(said -> out.accept(
                        new Found.Skipped(said.where, "belongs to no image that lies near it in its archive")));
    }

    private static final class Sample {

        private final List<Found.Image> images = new ArrayList<>();
        /** Of each image what its name has between key and ending, from a dot on; empty in most. */
        private final List<String> parts = new ArrayList<>();
        /** What is said, by the same of the file that says it. */
        private final Map<String, Said> said = new LinkedHashMap<>();
        /** Of parts of images. */
        private final Map<String, Said> found = new HashMap<>();

        private long bytes;
        private long merged;

        /** Everything that is said of images of this part. */
        Said saidOf(String part) {
            return found.computeIfAbsent(part, first -> {
                Said all = NOTHING_SAID;
                for (int end = 0; end >= 0; end = end < part.length() ? nextDot(part, end) : -1) {
                    Said more = said.get(part.substring(0, end));
                    if (more != null) {
                        more.used = true;
                        all = all == NOTHING_SAID ? more : together(all, more);
                    }
                }
                return all;
            });
        }

        /** What the second says goes before what the first does, and instead of it once that would take much memory. */
        private Said together(Said first, Said second) {
            merged += first.attributes.size();
            Said both = new Said();
            both.label = second.label.isPresent() ? second.label : first.label;
            both.attributes.putAll(merged > MOST_MERGED ? Map.of() : first.attributes);
            both.attributes.putAll(second.attributes);
            return both;
        }

        /** Where the word that begins at a dot ends. */
        private static int nextDot(String part, int dot) {
            int next = part.indexOf('.', dot + 1);
            return next < 0 ? part.length() : next;
        }
    }

    private static final class Said {

        private OptionalInt label = OptionalInt.empty();
        private final Map<String, String> attributes = new HashMap<>();
        private String where = "";
        private boolean used;
        /** One copy, however many images there are. */
        private Map<String, String> copy;

        Map<String, String> shared() {
            if (copy == null) {
                copy = Map.copyOf(attributes);
            }
            return copy;
        }
    }
}
