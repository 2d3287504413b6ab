package io.streamclr.local.dataset;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * CIFAR-10 (Krizhevsky 2009, "Learning Multiple Layers of Features from Tiny Images"): 50,000 training and 10,000 test
 * images of 32 x 32 coloured pixels, ten classes, in the data set's binary form.
 */
public final class Cifar10 {

    /** The folders of the training images and of the test images. */
    public static final String TRAIN_FOLDER = "train";

    public static final String TEST_FOLDER = "test";

    /** As the data set's own file of this name has them, beside the images. */
    private static final String NAMES_FILE = "batches.meta.txt";

    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private static final long FILE_BYTES = 10_000L * (1 + 3 * 32 * 32);

    private static final DataSet ALL = new DataSet(
            "CIFAR-10",
            List.of(
                    train(1, "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
                    train(2, "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
                    train(3, "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
                    train(4, "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
                    train(5, "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
                    Part.plain(
                            TEST_FOLDER + "/test_batch.bin",
                            FILE_BYTES,
                            "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b")),
            List.of(new PackedDownload(
                    URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"),
                    part -> "cifar-10-batches-bin/" + Path.of(part.file()).getFileName())));

    private Cifar10() {}

    private static Part train(int number, String sha256) {
        return Part.plain(TRAIN_FOLDER + "/data_batch_" + number + ".bin", FILE_BYTES, sha256);
    }

    /**
     * The folder with the two folders, whole and verified; what is missing is fetched from the author's address (170 MB).
     *
     * @param cache where the folder {@code cifar-10} is, or is made
     * @throws RefusalException if it cannot be fetched
     */
    public static Path fetch(Path cache, FetchListener listener) {
        Path folder = ALL.fetch(cache.resolve("cifar-10"), listener);
        try {
            for (String part : List.of(TRAIN_FOLDER, TEST_FOLDER)) {
                Path names = folder.resolve(part).resolve(NAMES_FILE);
                if (!Files.exists(names)) {
                    Files.write(names, CLASSES);
                }
            }
        } catch (IOException unusable) {
            throw new RefusalException(
                    "CIFAR-10 cannot be stored in " + folder + " (" + FileFault.of(unusable)
                            + "); choose another folder with --home",
                    unusable);
        }
        return folder;
    }
}
