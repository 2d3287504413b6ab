package io.streamclr.local.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.augment.view.Recipe;
import io.streamclr.console.probe.ImageSet;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretextTaskTest {

    private static final int SIDE = 20;
    private static final int COUNT = 200;
    private static final double[] AREAS = {0.2, 0.4, 0.6, 0.8};

    @TempDir
    private Path folder;

    /** What a pixel of an image is. */
    private interface Painter {
        int at(int x, int y);
    }

    @Test
    void anImageIsTurnedCounterclockwiseByAsManyQuartersAsItsWaySays() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        ImageSet images = images((x, y) -> random.nextInt(256));

        PretextTask turns = PretextTask.ofTurns(images);

        for (int place = 0; place < COUNT; place++) {
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    int expected =
                            switch (turns.ways()[place]) {
                                case 1 -> grey(images.pixels(), place, SIDE - 1 - y, x);
                                case 2 -> grey(images.pixels(), place, SIDE - 1 - x, SIDE - 1 - y);
                                case 3 -> grey(images.pixels(), place, y, SIDE - 1 - x);
                                default -> grey(images.pixels(), place, x, y);
                            };
                    assertThat(grey(turns.pixels(), place, x, y)).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void aCropShowsAsMuchOfTheImageAsItsWaySays() throws IOException {
        ImageSet images = images((x, y) -> 10 * x);

        PretextTask crops = PretextTask.ofCrops(images);

        for (int place = 0; place < COUNT; place++) {
            double slope =
                    (grey(crops.pixels(), place, SIDE - 3, 5) - grey(crops.pixels(), place, 2, 5)) / (SIDE - 5.0);
            double share = slope / 10 * slope / 10; // of a square whose sides are stretched to the image's
            assertThat(share).isCloseTo(AREAS[crops.ways()[place]], within(0.06));
        }
    }

    @Test
    void theFourWaysAreAboutAlikeAndTheSameEveryTime() throws IOException {
        ImageSet images = images((x, y) -> x + y);

        int[] ways = PretextTask.ofTurns(images).ways();

        assertThat(PretextTask.ofTurns(images).ways()).isEqualTo(ways);
        assertThat(PretextTask.ofCrops(images).ways()).isNotEqualTo(ways);
        for (int way = 0; way < 4; way++) {
            int one = way;
            assertThat(Arrays.stream(ways).filter(other -> other == one).count())
                    .isBetween(30L, 70L);
        }
    }

    @Test
    void twoViewsShowTheSameImagesInTheSameOrderAndDiffer() throws IOException {
        SplittableRandom random = new SplittableRandom(3);
        ImageSet images = images((x, y) -> random.nextInt(256));
        Recipe moved = Recipe.parse("grey,size=" + SIDE + ",crop=off,jitter=off,flip=off,rotation.p=0.75");

        PretextTask first = PretextTask.ofViews(images, moved, 0);
        PretextTask second = PretextTask.ofViews(images, moved, 1);

        assertThat(first.count()).isEqualTo(COUNT);
        assertThat(first.ways()).startsWith(0, 1, 2).isEqualTo(second.ways());
        assertThat(first.pixels()).isNotEqualTo(second.pixels());
        assertThat(sums(first.pixels())).isEqualTo(sums(second.pixels())).isEqualTo(sums(images.pixels()));
    }

    /** What a turn leaves as it is, for each image. */
    private static long[] sums(ByteBuffer pixels) {
        long[] sums = new long[COUNT];
        for (int i = 0; i < pixels.limit(); i++) {
            sums[i / (3 * SIDE * SIDE)] += pixels.get(i) & 0xff;
        }
        return sums;
    }

    private static int grey(ByteBuffer pixels, int place, int x, int y) {
        return pixels.get(3 * (place * SIDE * SIDE + y * SIDE + x)) & 0xff;
    }

    private ImageSet images(Painter painter) throws IOException {
        Path file = folder.resolve("some-images-idx3-ubyte");
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
            for (int number : new int[] {0x0803, COUNT, SIDE, SIDE}) {
                out.writeInt(number);
            }
            for (int i = 0; i < COUNT; i++) {
                for (int y = 0; y < SIDE; y++) {
                    for (int x = 0; x < SIDE; x++) {
                        out.writeByte(painter.at(x, y));
                    }
                }
            }
        }
        return ImageSet.read(file, Recipe.parse("grey,size=" + SIDE), OptionalLong.empty(), COUNT);
    }
}
