package io.streamclr.console.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.view.Recipe;
import io.streamclr.console.probe.ImageSet.Extra;
import io.streamclr.ingest.classes.Labels;
import io.streamclr.trainer.probe.LabelledImages;
import java.awt.image.BufferedImage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageSetTest {

    private static final int SIDE = 8;
    private static final int CLASSES = 4;
    private static final int EACH = 100;

    private static final Recipe GREY = Recipe.parse("grey,size=" + SIDE);

    @TempDir
    private Path folder;

    @Test
    void heldOutImagesAreAFairSampleOfASetThatIsSortedByClass() throws IOException {
        LabelledImages images = ImageSet.heldOut(set(sorted()), SIDE, 100);

        assertThat(images.count()).isEqualTo(100);
        for (int label = 0; label < CLASSES; label++) {
            int wanted = label;
            long found =
                    IntStream.of(images.labels()).filter(each -> each == wanted).count();
            // 25 are expected, with a standard deviation of less than 4.
            assertThat(found).as("of class %d", label).isBetween(10L, 40L);
        }
    }

    @Test
    void heldOutImagesAreTheSameInWhateverOrderTheyLie() throws IOException {
        List<Integer> shuffled = new ArrayList<>(sorted());
        Collections.shuffle(shuffled, new Random(3));

        LabelledImages images = ImageSet.heldOut(set(sorted()), SIDE, 60);
        LabelledImages others = ImageSet.heldOut(set(shuffled), SIDE, 60);

        assertThat(each(others)).containsExactlyInAnyOrderElementsOf(each(images));
    }

    @Test
    void whereThereAreNoMoreThanWantedAllAreHeldOut() throws IOException {
        assertThat(ImageSet.heldOut(set(sorted()), SIDE, 1000).count()).isEqualTo(CLASSES * EACH);
    }

    @Test
    void imagesStayInTheirOrderHoweverManyAreDecodedAtOnce() throws IOException {
        List<Integer> numbers =
                IntStream.range(0, 700).map(i -> i * 37 % 700).boxed().toList();

        ImageSet images = ImageSet.read(set(numbers), GREY, OptionalLong.of(1), 650);

        assertThat(images.count()).isEqualTo(650);
        ByteBuffer pixels = images.pixels();
        for (int i = 0; i < 650; i++) {
            byte[] noise = new byte[SIDE * SIDE];
            new Random(numbers.get(i)).nextBytes(noise);
            for (int at = 0; at < noise.length; at++) {
                assertThat(pixels.get(3 * (i * noise.length + at))).isEqualTo(noise[at]);
            }
            assertThat(images.labels()[i]).isEqualTo(numbers.get(i) / EACH);
        }
        assertThat(ImageSet.read(set(numbers), GREY, OptionalLong.of(1), 650).views())
                .isEqualTo(images.views());
    }

    @Test
    void imagesThatCannotBeDecodedAreLeftOutAndTheOthersStay() throws IOException {
        Path place = classes("set", "a", "b");
        Files.writeString(place.resolve("a").resolve("10.png"), "no picture");

        ImageSet images = ImageSet.read(place, GREY, OptionalLong.empty(), 100, Set.of(Extra.ENCODED, Extra.CENTRES));

        assertThat(images.count()).isEqualTo(39);
        assertThat(images.leftOut().count()).isEqualTo(1);
        assertThat(images.encoded()).hasSize(39);
        assertThat(images.centres()).isEqualTo(images.pixels());
    }

    @Test
    void ofAFolderForEachClassThatIsMoreThanWantedAFairSampleIsTaken() throws IOException {
        ImageSet images = ImageSet.read(classes("set", "a", "b", "c"), GREY, OptionalLong.empty(), 30);

        assertThat(images.count()).isEqualTo(30);
        assertThat(images.classNames()).isEqualTo(Map.of(0, "a", 1, "b", 2, "c"));
        for (int label = 0; label < 3; label++) {
            int wanted = label;
            // 10 are expected, with a standard deviation of less than 3.
            assertThat(IntStream.of(images.labels())
                            .filter(each -> each == wanted)
                            .boxed())
                    .hasSizeBetween(1, 22);
        }
    }

    @Test
    void classesOfTwoPlacesAreToldByTheirNames() throws IOException {
        ImageSet known = ImageSet.read(classes("known", "a", "b", "c"), GREY, OptionalLong.empty(), 100);
        ImageSet asked = ImageSet.read(classes("asked", "b", "c", "d"), GREY, OptionalLong.empty(), 100);

        ImageSet matched = asked.numberedAs(known);

        assertThat(matched.classNames()).isEqualTo(Map.of(0, "a", 1, "b", 2, "c", 3, "d"));
        assertThat(matched.labels())
                .containsExactly(
                        IntStream.of(asked.labels()).map(label -> label + 1).toArray());
        assertThat(known.numberedAs(known)).isSameAs(known);
        ImageSet unnamed = ImageSet.read(set(sorted()), GREY, OptionalLong.empty(), 100);
        assertThat(unnamed.numberedAs(known)).isSameAs(unnamed);
        assertThat(known.numberedAs(unnamed)).isSameAs(known);
    }

    @Test
    void foldersAreNoClassesForWhoeverDoesNotWantThem() throws IOException {
        ImageSet images = ImageSet.read(classes("set", "a", "b"), Labels.NONE, GREY, OptionalLong.empty(), 100);

        assertThat(images.labelled()).isFalse();
    }

    /** Twenty pictures in each of some folders. */
    private Path classes(String place, String... names) throws IOException {
        for (String name : names) {
            Path inside = Files.createDirectories(folder.resolve(place).resolve(name));
            for (int i = 0; i < 20; i++) {
                BufferedImage picture = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
                picture.setRGB(i % SIDE, i / SIDE, (name + i).hashCode());
                ImageIO.write(picture, "png", inside.resolve(i + ".png").toFile());
            }
        }
        return folder.resolve(place);
    }

    private static List<ByteBuffer> each(LabelledImages images) {
        return IntStream.range(0, images.count())
                .mapToObj(i -> images.pixels(i, i + 1))
                .toList();
    }

    private static List<Integer> sorted() {
        return IntStream.range(0, CLASSES * EACH).boxed().toList();
    }

    /** Images of noise, all different, that these numbers stand for; the class is their hundreds. */
    private Path set(List<Integer> numbers) throws IOException {
        Path images = folder.resolve("some-images-idx3-ubyte");
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(images))) {
            for (int number : new int[] {0x0803, numbers.size(), SIDE, SIDE}) {
                out.writeInt(number);
            }
            for (int number : numbers) {
                byte[] noise = new byte[SIDE * SIDE];
                new Random(number).nextBytes(noise);
                out.write(noise);
            }
        }
        try (DataOutputStream out =
                new DataOutputStream(Files.newOutputStream(folder.resolve("some-labels-idx1-ubyte")))) {
            out.writeInt(0x0801);
            out.writeInt(numbers.size());
            for (int number : numbers) {
                out.writeByte(number / EACH);
            }
        }
        return images;
    }
}
