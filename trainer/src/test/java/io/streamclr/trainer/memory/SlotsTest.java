package io.streamclr.trainer.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SlotsTest {

    @Test
    void findsWhatAMapFindsAfterAnyNumberOfReplacements() {
        SplittableRandom random = new SplittableRandom(3);
        Slots slots = new Slots(100, 0);
        Map<ImageId, Integer> slowly = new HashMap<>();
        for (int i = 0; i < 20_000; i++) {
            // Few home places, so that most entries of the index lie after one another.
            HeldImage image = new HeldImage(new ImageId(i, random.nextInt(40) * 512L + random.nextInt(3)), 0, i);
            if (slots.size() < slots.capacity()) {
                slowly.put(image.id(), slots.size());
                slots.add(image);
            } else {
                int slot = random.nextInt(100);
                slowly.values().remove(slot);
                slowly.put(image.id(), slot);
                slots.replace(slot, image);
            }
            ImageId never = new ImageId(-1, random.nextInt(40) * 512L);
            assertThat(slots.find(never)).isNegative();
            if (i % 500 == 0) {
                slowly.forEach((id, slot) -> {
                    assertThat(slots.find(id)).isEqualTo(slot);
                    assertThat(slots.image(slot).id()).isEqualTo(id);
                });
            }
        }
        assertThat(slots.arrivals()).isEqualTo(20_000);
    }

    @Test
    void aFeatureKeepsThreeDigitsAndANewImageIsUnseen() {
        Slots slots = new Slots(4, 3);
        slots.add(Streams.image(1));
        assertThat(slots.isSeen(0)).isFalse();

        slots.see(0, new float[] {0.123456f, -0.9f, 1e-6f});

        float[] kept = new float[3];
        slots.feature(0, kept);
        assertThat(kept[0]).isCloseTo(0.123456f, within(0.0005f));
        assertThat(kept[1]).isCloseTo(-0.9f, within(0.004f));
        assertThat(kept[2]).isCloseTo(1e-6f, within(1e-8f));
        assertThat(slots.isSeenOnce(0)).isTrue();
        slots.see(0, kept);
        assertThat(slots.isSeenOnce(0)).isFalse();
        slots.replace(0, Streams.image(2));
        assertThat(slots.isSeen(0)).isFalse();
    }

    @Test
    void moreThanABufferHoldsIsRefusedBeforeItIsAllocated() {
        assertThatThrownBy(() -> new Slots(100_000_000, 128))
                .isInstanceOf(RefusalException.class)
                .hasMessage("A memory of 100000000 images takes 29468 MiB off-heap, and no part of it may take 2 GiB or"
                        + " more; give a smaller --memory-size");
    }
}
