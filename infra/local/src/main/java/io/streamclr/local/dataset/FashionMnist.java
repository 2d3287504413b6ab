package io.streamclr.local.dataset;

import io.streamclr.schemas.RefusalException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

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
            Part.gzip(TRAIN_IMAGES, 47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"),
            Part.gzip(
                    "train-labels-idx1-ubyte.gz",
                    60_008,
                    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"),
            Part.gzip(TEST_IMAGES, 7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"),
            Part.gzip(
                    "t10k-labels-idx1-ubyte.gz",
                    10_008,
                    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"));

    private static final List<Way> WAYS = List.of(
            new InstalledFolder(Path.of("/usr/share/datasets/fashion-mnist")),
            new DebianPackage("dataset-fashion-mnist", "usr/share/datasets/fashion-mnist"),
            new Download(URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/")),
            new Download(URI.create(
                    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/")));

    private static final DataSet ALL = new DataSet("Fashion-MNIST", PARTS, WAYS);

    private FashionMnist() {}

    /**
     * The folder with the four files, whole and verified; what is missing is fetched: from the folder of the installed
     * Debian package, from that package without installing it, or from the data set's public addresses.
     *
     * @param cache where the folder {@code fashion-mnist} is, or is made
     * @throws RefusalException if no way leads there; it names each way's trouble
     */
    public static Path fetch(Path cache, FetchListener listener) {
        return ALL.fetch(cache.resolve("fashion-mnist"), listener);
    }
}
