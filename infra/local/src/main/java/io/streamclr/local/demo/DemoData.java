package io.streamclr.local.demo;

import io.streamclr.console.screen.Status;
import io.streamclr.ingest.classes.Labels;
import io.streamclr.local.dataset.Cifar10;
import io.streamclr.local.dataset.FashionMnist;
import io.streamclr.local.dataset.SampledImages;
import io.streamclr.local.screen.Fetching;
import io.streamclr.schemas.RefusalException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The images of a demo and how they are usually shown.
 *
 * @param train images to learn from
 * @param test images to measure on; empty to measure on the training images
 * @param labels whether the folders of images say their classes
 * @param shuffled whether they are sent in a random order and not in their own
 * @param recipe of their views, if nobody asks for another
 * @param small whether pairs are rendered by the thousand a second
 */
record DemoData(Path train, Optional<Path> test, Labels labels, boolean shuffled, String recipe, boolean small) {

    /** Up to this side images are shown as they are. */
    private static final int SMALL_SIDE = 64;

    private static final int LEAST_SIDE = 8;

    /** The data sets that are known by a name. */
    static final String FASHION_MNIST = "fashion-mnist";

    static final String CIFAR_10 = "cifar10";

    /** Their names, which a shell offers. */
    static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of(FASHION_MNIST, CIFAR_10).iterator();
        }
    }

    /** Fashion-MNIST, which is fetched if it is not there. */
    static DemoData fashionMnist(Path home, Status status) {
        status.say("data set", "Fashion-MNIST: 60,000 images to learn from, 10,000 to measure on");
        DemoDisk.requireForDataSet(home, 64L << 20);
        Path folder = FashionMnist.fetch(home.resolve("data"), new Fetching(status));
        return new DemoData(
                folder.resolve(FashionMnist.TRAIN_IMAGES),
                Optional.of(folder.resolve(FashionMnist.TEST_IMAGES)),
                Labels.NONE, // they have their own
                false, // they are
                "grey",
                true);
    }

    /** CIFAR-10, which is fetched if it is not there. */
    static DemoData cifar10(Path home, Status status) {
        status.say("data set", "CIFAR-10: 50,000 images to learn from, 10,000 to measure on");
        DemoDisk.requireForDataSet(home, 192L << 20);
        Path folder = Cifar10.fetch(home.resolve("data"), new Fetching(status));
        return new DemoData(
                folder.resolve(Cifar10.TRAIN_FOLDER),
                Optional.of(folder.resolve(Cifar10.TEST_FOLDER)),
                Labels.NONE, // they have their own
                true,
                "cifar",
                true);
    }

    /**
     * Images of the user's, shown as suits their size and colours.
     *
     * @throws RefusalException if nothing is there, or no image that can be decoded
     */
    static DemoData own(Path images, Optional<Path> test, Labels labels, Status status) {
        require(images);
        test.ifPresent(DemoData::require);
        SampledImages some = SampledImages.of(images);
        status.say(
                "data set",
                images + ": images of about " + some.side() + " pixels, "
                        + (some.coloured() ? "in colour" : "without colours") + ", to learn from, "
                        + test.map(place -> place + " to measure on").orElse("and some of them to measure on"));
        return new DemoData(
                images.toAbsolutePath().normalize(), test, labels, true, recipe(some), some.side() <= SMALL_SIDE);
    }

    private static void require(Path images) {
        if (!Files.exists(images)) {
            throw new RefusalException("There is no folder or file " + images + "; check the path, or name a data set: "
                    + FASHION_MNIST + " or " + CIFAR_10);
        }
    }

    /** Small images at their size, large ones at one that a processor learns from within minutes. */
    static String recipe(SampledImages some) {
        if (some.side() > SMALL_SIDE) {
            return "imagenet,size=48";
        }
        return (some.coloured() ? "cifar" : "grey") + ",size=" + Math.max(LEAST_SIDE, some.side());
    }
}
