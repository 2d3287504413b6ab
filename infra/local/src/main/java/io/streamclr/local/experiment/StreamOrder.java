package io.streamclr.local.experiment;

import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.ingest.source.Reading;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.form.Word;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** The order in which a stream brings images: a folder of files whose names count. */
enum StreamOrder implements Word {
    /** As a shuffled data set. */
    SHUFFLED("shuffled") {
        @Override
        List<byte[]> of(List<Found.Image> images, Random random) {
            return encoded(images);
        }
    },
    /** One class after the other. */
    SORTED("sorted") {
        @Override
        List<byte[]> of(List<Found.Image> images, Random random) {
            return encoded(byLabel(images));
        }
    },
    /** One class after the other with half of the images, and once more with the others. */
    TWO_ROUNDS("two-rounds") {
        @Override
        List<byte[]> of(List<Found.Image> images, Random random) {
            int half = images.size() / 2;
            List<Found.Image> rounds = new ArrayList<>(byLabel(images.subList(0, half)));
            rounds.addAll(byLabel(images.subList(half, images.size())));
            return encoded(rounds);
        }
    },
    /** As a camera would: each of a quarter of the images four times, once as it is and then shifted, noisy, encoded anew. */
    BURSTS("bursts") {
        @Override
        List<byte[]> of(List<Found.Image> images, Random random) {
            List<byte[]> bursts = new ArrayList<>();
            for (Found.Image image : images.subList(0, images.size() / FRAMES)) {
                bursts.add(image.encoded());
                bursts.add(png(shifted(decoded(image), random)));
                bursts.add(png(noisy(decoded(image), random)));
                bursts.add(jpeg(shifted(decoded(image), random)));
            }
            return bursts;
        }
    },
    /** The same quarter of the images, shuffled, once each. */
    CALM("calm") {
        @Override
        List<byte[]> of(List<Found.Image> images, Random random) {
            return encoded(images.subList(0, images.size() / FRAMES));
        }
    };

    /** Images in a burst. */
    static final int FRAMES = 4;

    private static final int MOST_SHIFT = 2;
    private static final int MOST_NOISE = 16;

    private final String word;

    StreamOrder(String word) {
        this.word = word;
    }

    /** Puts images in this order. @param images shuffled, all with a label */
    abstract List<byte[]> of(List<Found.Image> images, Random random);

    /** As plans, tables and folders have it. */
    @Override
    public String word() {
        return word;
    }

    @Override
    public String toString() {
        return word;
    }

    /**
     * Writes a stream, if it is not there.
     *
     * @param data labelled images
     * @param images how many of them are taken, as {@link ImageSource#sample} gives them
     * @param folder gets a folder of the stream
     * @return that folder
     * @throws RefusalException if there are too few labelled images, or it cannot be written
     */
    Path write(Path data, int images, Path folder) {
        Path place = folder.resolve(word + "-" + images);
        if (Files.isDirectory(place)) {
            return place;
        }
        List<Found.Image> taken = read(data, images);
        Collections.shuffle(taken, new Random(1));
        List<byte[]> stream = of(taken, new Random(2));
        Path partial = folder.resolve(place.getFileName() + ".partial");
        try {
            Files.createDirectories(partial);
            for (int i = 0; i < stream.size(); i++) {
                Files.write(partial.resolve(String.format("%07d", i)), stream.get(i));
            }
            Files.move(partial, place);
        } catch (IOException full) {
            throw new RefusalException(
                    "The stream " + this + " cannot be written to " + place + " (" + FileFault.of(full)
                            + "); give an --out with room",
                    full);
        }
        return place;
    }

    private static List<Found.Image> read(Path data, int count) {
        try (Stream<Found.Image> images =
                ImageSource.sample(data, Reading.usual(), count).images()) {
            List<Found.Image> taken =
                    new ArrayList<>(images.filter(image -> image.label().isPresent())
                            .limit(count)
                            .toList());
            if (taken.size() < count) {
                throw new RefusalException("Streams of " + count + " images are wanted, and " + data + " holds "
                        + taken.size() + " with a label; give a smaller --images");
            }
            return taken;
        }
    }

    private static List<Found.Image> byLabel(List<Found.Image> images) {
        return images.stream()
                .sorted(Comparator.comparingInt(image -> image.label().orElseThrow()))
                .toList();
    }

    private static List<byte[]> encoded(List<Found.Image> images) {
        return images.stream().map(Found.Image::encoded).toList();
    }

    private static BufferedImage decoded(Found.Image image) {
        try {
            BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(image.encoded()));
            if (decoded == null) {
                throw new RefusalException("The image " + image.source()
                        + " is not one that bursts can be made of; give images in PNG or JPEG");
            }
            return decoded;
        } catch (IOException damaged) {
            throw new RefusalException("The image " + image.source() + " is damaged; give others", damaged);
        }
    }

    /** Moved by one or two pixels each way; what comes in at the edges repeats them. */
    private static BufferedImage shifted(BufferedImage image, Random random) {
        int right = (1 + random.nextInt(MOST_SHIFT)) * (random.nextBoolean() ? 1 : -1);
        int down = (1 + random.nextInt(MOST_SHIFT)) * (random.nextBoolean() ? 1 : -1);
        return changed(
                image, (x, y) -> rgb(image, within(x - right, image.getWidth()), within(y - down, image.getHeight())));
    }

    private static BufferedImage noisy(BufferedImage image, Random random) {
        return changed(image, (x, y) -> {
            int rgb = rgb(image, x, y);
            int noise = random.nextInt(2 * MOST_NOISE + 1) - MOST_NOISE;
            int changed = 0;
            for (int shift = 16; shift >= 0; shift -= 8) {
                changed |= Math.max(0, Math.min(255, ((rgb >> shift) & 255) + noise)) << shift;
            }
            return changed;
        });
    }

    /** As it is stored: Java's own conversion brightens grey, because it takes it for light and not for a value. */
    private static int rgb(BufferedImage image, int x, int y) {
        boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
        return grey ? 0x010101 * image.getRaster().getSample(x, y, 0) : image.getRGB(x, y);
    }

    private static int within(int place, int size) {
        return Math.max(0, Math.min(size - 1, place));
    }

    private static BufferedImage changed(BufferedImage image, Pixel pixel) {
        BufferedImage changed = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                changed.setRGB(x, y, pixel.at(x, y));
            }
        }
        return changed;
    }

    @FunctionalInterface
    private interface Pixel {
        int at(int x, int y);
    }

    private static byte[] png(BufferedImage image) {
        return written(image, "png");
    }

    private static byte[] jpeg(BufferedImage image) {
        return written(image, "jpg");
    }

    private static byte[] written(BufferedImage image, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, format, bytes);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }
}
