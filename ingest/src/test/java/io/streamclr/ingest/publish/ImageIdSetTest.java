package io.streamclr.ingest.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.identity.ImageId;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageIdSetTest {

    @Test
    void agreesWithAHashSet() {
        Random random = new Random(5);
        ImageIdSet fast = ImageIdSet.expecting(0);
        Set<ImageId> obvious = new HashSet<>();

        for (int i = 0; i < 50_000; i++) {
            // Few different bits, so that ids repeat and crowd into the same places, zeros among them.
            ImageId id = new ImageId(random.nextInt(40), random.nextInt(300) * 1024L);
            assertThat(fast.contains(id)).isEqualTo(obvious.contains(id));
            assertThat(fast.add(id)).isEqualTo(obvious.add(id));
        }

        assertThat(fast.size()).isEqualTo(obvious.size());
    }

    @Test
    void keepsEveryIdWhileItGrows() {
        Random random = new Random(6);
        ImageIdSet ids = ImageIdSet.expecting(0);
        for (int i = 0; i < 100_000; i++) {
            ids.add(new ImageId(random.nextLong(), random.nextLong()));
        }

        Random again = new Random(6);
        for (int i = 0; i < 100_000; i++) {
            assertThat(ids.contains(new ImageId(again.nextLong(), again.nextLong())))
                    .isTrue();
        }
        assertThat(ids.size()).isEqualTo(100_000);
    }
}
