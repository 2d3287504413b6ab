package io.streamclr.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.streamclr.ingest.classes.Labels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderClassesTest {

    /** Debian's own, which other Pythons on the path do not see the packages of. */
    private static final String PYTHON = "/usr/bin/python3";

    /** Ends with 0 if there are these modules; to import PyTorch to see that would take a second or two. */
    private static final String HAS =
            "import sys, importlib.util as u; sys.exit(None in map(u.find_spec, sys.argv[1:]))";

    @TempDir
    private Path folder;

    @Test
    void aFolderForEachClassSaysTheClasses() throws IOException {
        images("pets/dog/1.jpg", "pets/cat/2.jpg", "pets/cat/3.png");

        assertThat(classes(Reading.usual(), folder.resolve("pets")))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("pets/cat/2.jpg", "0 cat", "pets/cat/3.png", "0 cat", "pets/dog/1.jpg", "1 dog"));
        assertThat(notes(folder.resolve("pets")))
                .containsExactly("2 classes from folder names: cat, dog; --labels none turns this off");
    }

    @Test
    void placesOfOneRunNumberTheirClassesTogether() throws IOException {
        images("a/train/dog/1.jpg", "a/train/eel/2.jpg", "b/test/cat/3.jpg", "b/test/dog/4.jpg");

        assertThat(classes(Reading.usual(), folder.resolve("a"), folder.resolve("b")))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "a/train/dog/1.jpg",
                        "1 dog",
                        "a/train/eel/2.jpg",
                        "2 eel",
                        "b/test/cat/3.jpg",
                        "0 cat",
                        "b/test/dog/4.jpg",
                        "1 dog"));
    }

    @Test
    void archivesSayThemAsFoldersDo() throws IOException {
        String[] paths = {"pets/train/dog/1.jpg", "pets/train/cat/2.jpg", "pets/test/cat/3.jpg"};
        images(paths);
        List<Path> archives = List.of(
                Archives.tar(folder.resolve("pets.tar"), paths),
                Archives.zip(folder.resolve("pets.zip"), paths),
                gzip(Archives.tar(folder.resolve("inner.tar"), paths), folder.resolve("pets.tar.gz")));

        for (Path archive : archives) {
            String front = archive.getFileName() + "/";
            assertThat(classes(Reading.usual(), archive))
                    .containsExactlyInAnyOrderEntriesOf(
                            Map.of(front + paths[0], "1 dog", front + paths[1], "0 cat", front + paths[2], "0 cat"));
        }
    }

    @Test
    void aDataSetThatIsCutIntoArchivesIsSeenAsOne() throws IOException {
        Path first = Archives.tar(folder.resolve("1.tar"), "cat/1.jpg", "cat/2.jpg");
        Path second = Archives.tar(folder.resolve("2.tar"), "dog/3.jpg");

        assertThat(classes(Reading.usual(), first, second))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("1.tar/cat/1.jpg", "0 cat", "1.tar/cat/2.jpg", "0 cat", "2.tar/dog/3.jpg", "1 dog"));
        assertThat(classes(Reading.usual(), first).values()).containsOnly("");
    }

    @Test
    void labelsOfAnArchivesOwnOutrankItsFolders() throws IOException {
        Path tar = Archives.tar(
                folder.resolve("shard.tar"),
                Map.of("cat/1.jpg", "one", "cat/1.cls", "7", "dog/2.jpg", "two", "dog/2.cls", "5"));

        assertThat(classes(Reading.usual(), tar))
                .containsExactlyInAnyOrderEntriesOf(Map.of("shard.tar/cat/1.jpg", "7 ", "shard.tar/dog/2.jpg", "5 "));
        assertThat(classes(Reading.usual().with(Labels.FOLDERS), tar))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("shard.tar/cat/1.jpg", "0 cat", "shard.tar/dog/2.jpg", "1 dog"));
    }

    @Test
    void whatDoesNotLookLikeClassesIsSaidAndTakenOnRequest() throws IOException {
        images("pets/banner.jpg", "pets/cat/1.jpg", "pets/dog/puppies/2.jpg");
        Path pets = folder.resolve("pets");

        assertThat(classes(Reading.usual(), pets).values()).containsOnly("");
        assertThat(notes(pets))
                .containsExactly(
                        "no classes from folder names, for the images do not all lie exactly one folder deep; if"
                                + " the first folder of each is its class all the same, say --labels folders");
        assertThat(classes(Reading.usual().with(Labels.FOLDERS), pets))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("pets/banner.jpg", "", "pets/cat/1.jpg", "0 cat", "pets/dog/puppies/2.jpg", "1 dog"));
    }

    @Test
    void nobodyIsNotifiedOfClassesWhoDoesNotWantThem() throws IOException {
        images("pets/dog/1.jpg", "pets/cat/2.jpg");

        assertThat(classes(Reading.usual().with(Labels.NONE), folder.resolve("pets"))
                        .values())
                .containsOnly("");
        images("flat/1.jpg", "flat/2.jpg");
        assertThat(notes(folder.resolve("flat"))).isEmpty();
    }

    @Test
    void namesThatATerminalWouldObeyAreSpeltOut() throws IOException {
        images("pets/\u001b[2Jdog/1.jpg", "pets/cat/2.jpg");

        assertThat(notes(folder.resolve("pets")))
                .containsExactly("2 classes from folder names: \\u001b[2Jdog, cat; --labels none turns this off");
        assertThat(classes(Reading.usual(), folder.resolve("pets")).values())
                .containsExactlyInAnyOrder("0 \\u001b[2Jdog", "1 cat");
    }

    @Test
    void anArchiveWithAPathThatNoSystemHasSaysNoClasses() throws IOException {
        for (Labels labels : List.of(Labels.AUTO, Labels.FOLDERS)) {
            for (int length : new int[] {4_000, 4_200}) {
                Path tar = Archives.tar(
                        folder.resolve("long.tar"), "cat/1.jpg", "dog/2.jpg", "n".repeat(length) + "/3.jpg");

                FolderSurvey survey = FolderSurvey.of(List.of(tar), labels);

                assertThat(survey.archives().get(tar)).hasSize(length < 4_096 ? 3 : 1);
                assertThat(FolderClasses.of(List.of(tar), Reading.usual().with(labels))
                                .areKnown())
                        .isEqualTo(length < 4_096);
            }
        }
    }

    @Test
    void pathsThatTakeTooMuchMemoryTogetherAreNoClasses() throws IOException {
        int length = 4_000;
        int paths = FolderSurvey.MOST_CHARACTERS / length;
        String[] few = IntStream.range(0, paths)
                .mapToObj(i -> String.format("%0" + length + "d/1.jpg", i))
                .toArray(String[]::new);
        String[] many = Arrays.copyOf(few, paths + 10);
        Arrays.setAll(many, i -> String.format("%0" + length + "d/1.jpg", i));

        assertThat(FolderSurvey.of(List.of(Archives.zip(folder.resolve("few.zip"), few)), Labels.AUTO)
                        .isTooLarge())
                .isFalse();
        Path place = Archives.zip(folder.resolve("many.zip"), many);
        FolderSurvey survey = FolderSurvey.of(List.of(place), Labels.AUTO);
        assertThat(survey.isTooLarge()).isTrue();
        assertThat(survey.archives()).isEmpty();
        assertThat(notes(place)).singleElement().asString().contains("characters");
    }

    @Test
    void inAWatchedFolderAClassHasANameAndNoNumber() throws IOException {
        images("in/train/dog/1.jpg");
        Path file = folder.resolve("in/train/dog/1.jpg");

        assertThat(only(ImageSource.openIn(file, "in/train/dog", Reading.usual().with(Labels.FOLDERS)))
                        .className())
                .isEqualTo("dog");
        assertThat(only(ImageSource.openIn(file, "in/train/dog", Reading.usual().with(Labels.FOLDERS)))
                        .label())
                .isEqualTo(OptionalInt.empty());
        assertThat(only(ImageSource.openIn(file, "in/train/dog", Reading.usual()))
                        .className())
                .isEmpty();
    }

    @Test
    void classesHaveTheNumbersOfTorchvisionsImageFolder() throws Exception {
        List<String> names = List.of("dog", "cat", "Zebra", "10", "9", "été", "a b", "\ue000x", "\ud83d\ude00");
        for (String name : names) {
            images("set/" + name + "/1.jpg");
        }
        Path script = Files.writeString(folder.resolve("classes.py"), """
                import sys
                from torchvision.datasets import ImageFolder
                for name, number in ImageFolder(sys.argv[1]).class_to_idx.items():
                    sys.stdout.buffer.write(f"{number} {name}\\n".encode())
                """);
        Path said = folder.resolve("said");
        assumeTrue(
                Files.isExecutable(Path.of(PYTHON)) && run(said, PYTHON, "-c", HAS, "torchvision") == 0,
                "Skipped because " + PYTHON + " has no torchvision; Debian's python3-torchvision brings it");

        int code = run(said, PYTHON, script.toString(), folder.resolve("set").toString());

        assertThat(code).as(Files.readString(said, StandardCharsets.ISO_8859_1)).isZero();
        assertThat(classes(Reading.usual(), folder.resolve("set")).values())
                .containsExactlyInAnyOrderElementsOf(Files.readAllLines(said));
    }

    private static int run(Path output, String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
    }

    private void images(String... paths) throws IOException {
        for (String path : paths) {
            Path file = folder.resolve(path);
            Files.createDirectories(file.getParent());
            Files.writeString(file, path);
        }
    }

    private static Path gzip(Path file, Path packed) throws IOException {
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(file, out);
        }
        return packed;
    }

    private static List<String> notes(Path place) {
        try (ImageSource source = ImageSource.open(place)) {
            return source.notes();
        }
    }

    private static Found.Image only(ImageSource source) {
        try (source) {
            return (Found.Image) source.next().orElseThrow();
        }
    }

    /** Number and name of the class by source; in their order, and shuffled, which must be the same. */
    private static Map<String, String> classes(Reading reading, Path... places) {
        Map<String, String> inOrder = classes(ImageSource.all(List.of(places), reading));
        Map<String, String> shuffled = classes(ImageSource.shuffled(List.of(places), reading, 1, Long.MAX_VALUE));
        assertThat(shuffled).isEqualTo(inOrder);
        return inOrder;
    }

    private static Map<String, String> classes(ImageSource source) {
        Map<String, String> classes = new TreeMap<>();
        List<Found> others = new ArrayList<>();
        try (source) {
            for (Optional<Found> found = source.next(); found.isPresent(); found = source.next()) {
                if (found.get() instanceof Found.Image image) {
                    classes.put(
                            image.source(),
                            image.label().isPresent()
                                    ? image.label().getAsInt() + " " + image.className()
                                    : image.className());
                } else {
                    others.add(found.get());
                }
            }
        }
        assertThat(others).isEmpty();
        return classes;
    }
}
