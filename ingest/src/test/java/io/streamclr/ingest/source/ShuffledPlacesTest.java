package io.streamclr.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShuffledPlacesTest {

    private static final int CLASSES = 5;
    private static final int OF_EACH = 60;

    @TempDir
    private Path folder;

    @Test
    void holdsWhatTheOrderedPlaceHolds() throws IOException {
        Path everything = everything();

        List<Found> ordered = all(ImageSource.all(List.of(everything), Reading.usual()));
        List<Found> shuffled = all(ImageSource.shuffled(List.of(everything), Reading.usual(), 1, Long.MAX_VALUE));

        assertThat(shuffled).containsExactlyInAnyOrderElementsOf(ordered).isNotEqualTo(ordered);
        assertThat(ordered).hasSizeGreaterThan(3 * CLASSES * OF_EACH);
    }

    @Test
    void isTheSameEveryTimeAndAnotherByAnotherSeed() throws IOException {
        List<Path> place = List.of(everything());

        List<Found> once = all(ImageSource.shuffled(place, Reading.usual(), 7, Long.MAX_VALUE));

        assertThat(all(ImageSource.shuffled(place, Reading.usual(), 7, Long.MAX_VALUE)))
                .isEqualTo(once);
        assertThat(all(ImageSource.shuffled(place, Reading.usual(), 8, Long.MAX_VALUE)))
                .isNotEqualTo(once);
    }

    @Test
    void theFirstOfThemAreAFairSampleWhereverTheyLie() throws IOException {
        for (Path place : List.of(classes(), tar(), zip(), gzip())) {
            int[] counts = new int[CLASSES];
            for (int seed = 0; seed < 20; seed++) {
                try (ImageSource source = ImageSource.shuffled(List.of(place), Reading.usual(), seed, 60)) {
                    source.images()
                            .limit(60)
                            .forEach(image -> counts[image.label().getAsInt()]++);
                }
            }

            // 240 of each are expected; five standard deviations are 69, and less, as none is taken twice.
            assertThat(Arrays.stream(counts).boxed()).as(place.toString()).allSatisfy(count -> assertThat(count)
                    .isBetween(171, 309));
        }
    }

    @Test
    void aSampleThatIsNotEnoughIsFollowedByTheRest() throws IOException {
        List<Found> ordered = all(ImageSource.all(List.of(gzip()), Reading.usual()));

        List<Found> shuffled = all(ImageSource.shuffled(List.of(gzip()), Reading.usual(), 1, 50));

        assertThat(shuffled).containsExactlyInAnyOrderElementsOf(ordered);
    }

    @Test
    void neighboursInTheirFolderAreNoNeighbours() throws IOException {
        for (Path place : List.of(classes(), tar(), zip(), gzip())) {
            List<Found> shuffled = all(ImageSource.shuffled(List.of(place), Reading.usual(), 1, Long.MAX_VALUE));
            List<Integer> labels = shuffled.stream()
                    .map(found -> ((Found.Image) found).label().getAsInt())
                    .toList();

            long same = IntStream.range(1, labels.size())
                    .filter(i -> labels.get(i).equals(labels.get(i - 1)))
                    .count();
            assertThat(same).as(place.toString()).isBetween(25L, 95L); // 60 are expected, five deviations are 35
        }
    }

    @Test
    void samplesOfATarFileStayTogether() throws IOException {
        Map<String, String> contents = new HashMap<>();
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            String key = "shard/" + "long".repeat(i % 40) + i;
            keys.add(key);
            contents.put(key + ".left.jpg", "left " + i);
            contents.put(key + ".right.jpg", "right " + i);
            contents.put(key + ".cls", "" + i);
            contents.put(key + ".json", "{\"number\": " + i + "}");
        }
        contents.put("lonely.cls", "3");
        contents.put(".hidden.jpg", "x");
        contents.put("notes", "x");
        Path tar = Archives.tar(folder.resolve("wds.tar"), scattered(contents));

        List<Found> ordered = all(ImageSource.all(List.of(tar), Reading.usual()));
        List<Found> shuffled = all(ImageSource.shuffled(List.of(tar), Reading.usual(), 1, Long.MAX_VALUE));

        assertThat(shuffled).containsExactlyInAnyOrderElementsOf(ordered);
        assertThat(ordered.stream().filter(Found.Image.class::isInstance)).hasSize(600);
        assertThat(shuffled).filteredOn(Found.Image.class::isInstance).allSatisfy(found -> {
            Found.Image image = (Found.Image) found;
            assertThat(image.attributes())
                    .containsEntry("number", "" + image.label().getAsInt());
        });
    }

    @Test
    void moreThanCanBeListedIsShuffledInPortions() throws IOException {
        List<Path> place = List.of(classes());
        List<Found> ordered = all(ImageSource.all(place, Reading.usual()));

        List<Found> shuffled = all(new ShuffledPlaces(
                place,
                Reading.usual(),
                FolderClasses.of(place, Reading.usual()),
                1,
                Long.MAX_VALUE,
                5_000,
                new ShuffleBuffer(1)));

        assertThat(shuffled).containsExactlyInAnyOrderElementsOf(ordered).isNotEqualTo(ordered);
    }

    @Test
    void whatCannotBeListedIsShuffledWithinItsBuffer() throws IOException {
        List<Path> place = List.of(gzip());
        List<Found> ordered = all(ImageSource.all(place, Reading.usual()));

        List<Found> shuffled = all(new ShuffledPlaces(
                place,
                Reading.usual(),
                FolderClasses.of(place, Reading.usual()),
                1,
                Long.MAX_VALUE,
                1 << 20,
                new ShuffleBuffer(1, 50 * 550)));

        assertThat(shuffled).containsExactlyInAnyOrderElementsOf(ordered).isNotEqualTo(ordered);
        for (int i = 0; i < shuffled.size(); i++) {
            assertThat(ordered.indexOf(shuffled.get(i)))
                    .as("comes no sooner than it is in the buffer")
                    .isLessThan(i + 60);
        }
    }

    @Test
    void moreZipFilesThanCanStayOpenAreReadAllTheSame() throws IOException {
        assumeTrue(
                ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean,
                "this system does not count open files");
        UnixOperatingSystemMXBean system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        Path place = Files.createDirectories(folder.resolve("zips"));
        for (int i = 0; i < 2 * ShuffledPlaces.MOST_ZIPS; i++) {
            Archives.zip(place.resolve(i + ".zip"), "a" + i + ".jpg", "b" + i + ".jpg");
        }
        List<Found> ordered = all(ImageSource.all(List.of(place), Reading.usual()));

        long before = system.getOpenFileDescriptorCount();
        List<Found> shuffled = new ArrayList<>();
        try (ImageSource source = ImageSource.shuffled(List.of(place), Reading.usual(), 1, Long.MAX_VALUE)) {
            shuffled.add(source.next().orElseThrow());
            assertThat(system.getOpenFileDescriptorCount() - before).isLessThan(3 * ShuffledPlaces.MOST_ZIPS / 2);
            source.images().forEach(shuffled::add);
        }

        assertThat(shuffled).containsExactlyInAnyOrderElementsOf(ordered).hasSize(4 * ShuffledPlaces.MOST_ZIPS);
    }

    @Test
    void damagedArchivesGiveWhatTheyGiveInOrder() throws IOException {
        Random random = new Random(4);
        for (Path whole : List.of(
                Archives.tar(
                        folder.resolve("small.tar"), "a/1.jpg", "a/2.jpg", "b/3.jpg", "b/" + "n".repeat(150) + ".jpg"),
                Archives.zip(folder.resolve("small.zip"), "a/1.jpg", "a/2.jpg", "b/3.jpg"))) {
            byte[] bytes = Files.readAllBytes(whole);
            for (int round = 0; round < 150; round++) {
                byte[] damaged = round % 3 == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes.clone();
                for (int i = 0; i < round % 3 && damaged.length > 0; i++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
                }
                Files.write(whole, damaged);

                List<Found> shuffled = all(ImageSource.shuffled(List.of(whole), Reading.usual(), 1, Long.MAX_VALUE));

                assertThat(images(shuffled))
                        .as("round %d of %s", round, whole)
                        .containsExactlyInAnyOrderElementsOf(
                                images(all(ImageSource.all(List.of(whole), Reading.usual()))));
            }
        }
    }

    @Test
    void aPlaceWithLittleIsReadInItsOrderAndOfMoreASampleIsTaken() throws IOException {
        List<Found> ordered = all(ImageSource.all(List.of(classes()), Reading.usual()));

        assertThat(all(ImageSource.sample(classes(), Reading.usual(), CLASSES * OF_EACH)))
                .isEqualTo(ordered);
        try (ImageSource some = ImageSource.sample(classes(), Reading.usual(), 100)) {
            assertThat(some.images()
                            .limit(100)
                            .map(image -> image.label().getAsInt())
                            .distinct())
                    .hasSize(CLASSES);
        }
        try (ImageSource some = ImageSource.sample(gzip(), Reading.usual(), 100)) {
            assertThat(some.images()
                            .limit(100)
                            .map(image -> image.label().getAsInt())
                            .distinct())
                    .hasSize(CLASSES);
        }
    }

    @Test
    void whatHasNoClassesIsNotUnpackedToTakeTheFirstOfIt() throws IOException {
        Path counts = Path.of("/proc/self/io");
        assumeTrue(Files.isReadable(counts), "this system does not count the bytes that are read");
        byte[] noise = new byte[32 << 20];
        new Random(1).nextBytes(noise);
        Path packed = folder.resolve("large.tar.gz");
        try (TarArchiveOutputStream tar =
                new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(packed), 1 << 16), "UTF-8")) {
            for (String name : List.of("1.jpg", "2.jpg")) {
                TarArchiveEntry header = new TarArchiveEntry(name);
                header.setSize(name.equals("1.jpg") ? 3 : noise.length);
                tar.putArchiveEntry(header);
                tar.write(noise, 0, (int) header.getSize());
                tar.closeArchiveEntry();
            }
        }
        ImageSource.sample(gzip(), Reading.usual(), 1).close(); // loads what is needed for it

        long before = bytesRead(counts);
        try (ImageSource some = ImageSource.sample(packed, Reading.usual(), 1)) {
            assertThat(some.next()).isPresent();
        }

        assertThat(bytesRead(counts) - before).isLessThan(noise.length / 2);
    }

    private static long bytesRead(Path counts) throws IOException {
        return Files.readAllLines(counts).stream()
                .filter(line -> line.startsWith("rchar: "))
                .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length())))
                .sum();
    }

    @Test
    void saysHowFarItIs() throws IOException {
        long bytes = Files.size(gzip()) + CLASSES * OF_EACH * "c0/00.jpg".length();
        try (ImageSource source =
                ImageSource.shuffled(List.of(gzip(), classes()), Reading.usual(), 1, Long.MAX_VALUE)) {
            assertThat(source.bytesRead()).isZero();
            assertThat(source.images().count()).isEqualTo(2 * CLASSES * OF_EACH);
            assertThat(source.bytesRead()).isEqualTo(bytes);
        }
    }

    private static List<Found> images(List<Found> found) {
        return found.stream().filter(Found.Image.class::isInstance).toList();
    }

    private static Map<String, String> scattered(Map<String, String> contents) {
        List<String> paths = new ArrayList<>(contents.keySet());
        Collections.sort(paths);
        Collections.shuffle(paths, new Random(1));
        Map<String, String> scattered = new LinkedHashMap<>();
        paths.forEach(path -> scattered.put(path, contents.get(path)));
        return scattered;
    }

    private static String[] paths() {
        return IntStream.range(0, CLASSES * OF_EACH)
                .mapToObj(i -> String.format("c%d/%02d.jpg", i / OF_EACH, i % OF_EACH))
                .toArray(String[]::new);
    }

    private Path classes() throws IOException {
        Path place = folder.resolve("classes");
        if (Files.exists(place)) {
            return place;
        }
        for (String path : paths()) {
            Files.createDirectories(place.resolve(path).getParent());
            Files.writeString(place.resolve(path), path);
        }
        return place;
    }

    private Path tar() throws IOException {
        return Archives.tar(folder.resolve("classes.tar"), paths());
    }

    private Path zip() throws IOException {
        return Archives.zip(folder.resolve("classes.zip"), paths());
    }

    private Path gzip() throws IOException {
        Path packed = folder.resolve("classes.tar.gz");
        if (Files.exists(packed)) {
            return packed;
        }
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(tar(), out);
        }
        return packed;
    }

    /** A folder with everything in it. */
    private Path everything() throws IOException {
        Path all = Files.createDirectories(folder.resolve("all"));
        Files.move(classes(), all.resolve("classes"));
        Files.copy(gzip(), all.resolve("packed.tar.gz"));
        Files.copy(zip(), all.resolve("some.zip"));
        Files.move(tar(), all.resolve("some.tar"));
        Files.writeString(all.resolve("notes.txt"), "no image");
        Files.createFile(all.resolve("empty.jpg"));
        Files.writeString(all.resolve(".hidden.jpg"), "hidden");
        Files.writeString(all.resolve("cut.tar.gz"), "nothing");
        Files.write(all.resolve("known by its content"), new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 1});
        return all;
    }

    private static List<Found> all(ImageSource source) {
        List<Found> all = new ArrayList<>();
        try (source) {
            for (Optional<Found> found = source.next(); found.isPresent(); found = source.next()) {
                all.add(found.get());
            }
            assertThat(source.next()).isEmpty();
        }
        return all;
    }
}
