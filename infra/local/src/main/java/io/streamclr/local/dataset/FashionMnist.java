package io.streamclr.local.dataset;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Fashion-MNIST (Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747; MIT licence): 60,000 training and 10,000 test images of
 * clothes, 28 x 28 grey pixels, ten classes, as four IDX files in gzip.
 */
public final class FashionMnist {

    /** The files of the training images and the test images; each has its labels beside it. */
    public static final String TRAIN_IMAGES = "train-images-idx3-ubyte.gz";

    public static final String TEST_IMAGES = "t10k-images-idx3-ubyte.gz";

    /**
     * Digests of what is inside the gzip files, because packagers rewrite the headers around it: Debian's files have the
     * MD5 sums of the data set's README once the names and times of the authors (1504176606 for training, 1504176627 for
     * test, in seconds since 1970) are put back.
     */
    private static final List<Part> PARTS = List.of(
            new Part(TRAIN_IMAGES, 47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
            new Part(
                    "train-labels-idx1-ubyte.gz",
                    60_008,
                    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
            new Part(TEST_IMAGES, 7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
            new Part(
                    "t10k-labels-idx1-ubyte.gz",
                    10_008,
                    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"));

    private static final List<Way> WAYS = List.of(
            new InstalledFolder(Path.of("/usr/share/datasets/fashion-mnist")),
            new DebianPackage("dataset-fashion-mnist", "usr/share/datasets/fashion-mnist"),
            new Download(URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")),
            new Download(URI.create(
                    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/")));

    private FashionMnist() {}

    /**
     * The folder with the four files, whole and verified; what is missing is fetched: from the folder of the installed
     * Debian package, from that package without installing it, or from the data set's public addresses.
     *
     * @param cache where the folder {@code fashion-mnist} is, or is made
     * @throws RefusalException if no way leads there; it names each way's trouble
     */
    public static Path fetch(Path cache, FetchListener listener) {
        return fetch("Fashion-MNIST", cache.resolve("fashion-mnist"), PARTS, WAYS, listener);
    }

    static Path fetch(String name, Path folder, List<Part> parts, List<Way> ways, FetchListener listener) {
        if (troubles(folder, parts).isEmpty()) {
            return folder;
        }
        List<String> failures = new ArrayList<>();
        try {
            Files.createDirectories(folder);
            for (Way way : ways) {
                // Beside the target, so that a file can be moved into place whole.
                Path attempt = Files.createTempDirectory(folder, "fetching-");
                try {
                    way.fetchInto(attempt, parts, listener);
                    List<String> troubles = troubles(attempt, parts);
                    if (troubles.isEmpty()) {
                        for (Part part : parts) {
                            Files.move(
                                    attempt.resolve(part.file()),
                                    folder.resolve(part.file()),
                                    StandardCopyOption.ATOMIC_MOVE);
                        }
                        return folder;
                    }
                    failures.add(way + ": " + troubles.get(0));
                } catch (IOException failed) {
                    failures.add(way + ": " + failed.getMessage());
                } finally {
                    delete(attempt);
                }
            }
        } catch (IOException unusable) {
            throw new RefusalException(
                    name + " cannot be stored in " + folder + " (" + unusable + "); choose another folder with --home",
                    unusable);
        }
        throw new RefusalException(name + " cannot be fetched (" + String.join("; ", failures)
                + "); put its files " + parts.stream().map(Part::file).collect(Collectors.joining(", ")) + " into "
                + folder + " by hand, or use images of your own with --data DIR");
    }

    /** What is wrong with the files in the folder; empty if nothing is. */
    private static List<String> troubles(Path folder, List<Part> parts) {
        return parts.stream()
                .map(part -> part.trouble(folder))
                .filter(trouble -> !trouble.isEmpty())
                .toList();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
