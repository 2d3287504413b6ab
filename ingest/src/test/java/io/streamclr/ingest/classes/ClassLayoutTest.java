package io.streamclr.ingest.classes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClassLayoutTest {

    @Test
    void foldersBesideEachOtherAreClasses() {
        assertThat(auto("dog", "cat", "Zebra")).containsExactly("Zebra", "cat", "dog");
    }

    @Test
    void whatDividesADataSetIsNoClass() {
        assertThat(auto("train/cat", "train/dog", "test/cat", "Val/dog")).containsExactly("cat", "dog");
        assertThat(auto("train", "test")).isEmpty();
        assertThat(auto("train/cat", "test/cat")).isEmpty();
    }

    @Test
    void whatAllHaveInFrontIsPassedOver() {
        assertThat(auto("flowers/rose", "flowers/tulip")).containsExactly("rose", "tulip");
        assertThat(auto("flowers/jpg/train/rose", "flowers/jpg/test/tulip")).containsExactly("rose", "tulip");
        assertThat(auto("./rose", "./tulip/")).containsExactly("rose", "tulip");
    }

    @Test
    void imagesAtSeveralDepthsHaveNoClasses() {
        assertThat(auto("", "cat", "dog")).isEmpty();
        assertThat(auto("cat", "dog", "dog/puppies")).isEmpty();
        assertThat(auto("2024/05", "2025/06")).isEmpty();
        assertThat(auto("train/cat", "train/dog", "more/cat")).isEmpty();
    }

    @Test
    void oneFolderIsNoClass() {
        assertThat(auto("images")).isEmpty();
        assertThat(auto("a/b/images")).isEmpty();
        assertThat(auto()).isEmpty();
        assertThat(auto("")).isEmpty();
    }

    @Test
    void whoeverAsksForFoldersGetsTheFirstOfEach() {
        ClassLayout layout = ClassLayout.of(List.of("", "train/cat", "train/dog/puppies", "test/cat"), Labels.FOLDERS)
                .orElseThrow();

        assertThat(layout.classOf("train/cat")).contains("cat");
        assertThat(layout.classOf("train/dog/puppies")).contains("dog");
        assertThat(layout.classOf("")).isEmpty();
        assertThat(ClassLayout.of(List.of("cat"), Labels.FOLDERS).orElseThrow().classOf("cat"))
                .contains("cat");
        assertThat(ClassLayout.of(List.of(""), Labels.FOLDERS)).isEmpty();
        assertThat(ClassLayout.firstFolder("validation/cat/1")).contains("cat");
        assertThat(ClassLayout.firstFolder("cat/validation")).contains("cat");
        assertThat(ClassLayout.firstFolder("")).isEmpty();
    }

    @Test
    void whoeverWantsNoneGetsNone() {
        assertThat(ClassLayout.of(List.of("cat", "dog"), Labels.NONE)).isEmpty();
    }

    @Test
    void aNameThatNoFileSystemHoldsIsNoClass() {
        assertThat(auto("cat", "dog".repeat(100))).isEmpty();
    }

    @Test
    void namesAreSortedByCodePoints() {
        Random random = new Random(3);
        for (int round = 0; round < 10_000; round++) {
            String one = name(random);
            String other = name(random);
            int slow = java.util.Arrays.compare(
                    one.codePoints().toArray(), other.codePoints().toArray());

            assertThat(Integer.signum(ClassName.ORDER.compare(one, other)))
                    .as("%s and %s", one, other)
                    .isEqualTo(Integer.signum(slow));
        }
    }

    private static String name(Random random) {
        int[] letters = {'a', 'b', 0xe9, 0xe000, 0xffff, 0x10000, 0x10401, 0x20000};
        return IntStream.range(0, random.nextInt(4))
                .map(i -> letters[random.nextInt(letters.length)])
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static List<String> auto(String... folders) {
        return ClassLayout.of(List.of(folders), Labels.AUTO)
                .map(layout -> List.copyOf(layout.classes(List.of(folders))))
                .orElse(List.of());
    }
}
