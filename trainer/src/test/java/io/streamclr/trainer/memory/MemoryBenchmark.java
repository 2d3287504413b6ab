package io.streamclr.trainer.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.identity.ImageId;
import io.streamclr.trainer.memory.MemoryPlan.Policy;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What a memory of a million images takes: bytes off-heap, and time for each step. Not part of the usual tests. */
class MemoryBenchmark {

    private static final int IMAGES = 1_000_000;
    private static final int DIMENSIONS = 128;
    private static final int BATCH = 128;
    private static final int FRESH = 64;
    private static final int STEPS = 300;

    @ParameterizedTest
    @EnumSource(value = Policy.class, names = "NONE", mode = Mode.EXCLUDE)
    void aMillionImages(Policy policy) {
        long before = direct();
        ImageMemory memory = new ImageMemory(new MemoryPlan(policy, IMAGES, 0.5, 1), DIMENSIONS, 1);
        for (int from = 0; from < IMAGES; from += 1000) {
            List<HeldImage> images = images(from, 1000);
            memory.keep(0, images);
            memory.learn(Streams.ids(images), embeddings(1000, from));
        }
        long bytes = direct() - before;
        float[] embeddings = embeddings(BATCH, -1);

        long nanos = 0;
        for (int step = 1; step <= STEPS; step++) {
            List<HeldImage> fresh = images(IMAGES + step * FRESH, FRESH);
            long begin = System.nanoTime();
            memory.keep(step, fresh);
            List<HeldImage> shown = new ArrayList<>(fresh);
            shown.addAll(memory.draw(step, BATCH - FRESH));
            memory.learn(Streams.ids(shown), embeddings);
            nanos += step > STEPS / 3 ? System.nanoTime() - begin : 0;
        }

        System.out.printf(
                Locale.ROOT,
                "%-9s %,d images: %d MiB off-heap, %.2f ms a step of %d fresh and %d replayed pairs%n",
                policy,
                memory.size(),
                bytes >> 20,
                nanos / 1e6 / (STEPS - STEPS / 3),
                FRESH,
                BATCH - FRESH);
        assertThat(bytes).isLessThan(1L << 30);
    }

    private static List<HeldImage> images(int from, int count) {
        return IntStream.range(from, from + count)
                .mapToObj(number -> new HeldImage(new ImageId(1, new SplittableRandom(number).nextLong()), 0, number))
                .toList();
    }

    private static float[] embeddings(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] rows = new float[2 * count * DIMENSIONS];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) (random.nextDouble() - 0.5);
        }
        return rows;
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
