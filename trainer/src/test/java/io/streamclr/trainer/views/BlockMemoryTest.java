package io.streamclr.trainer.views;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.record.Origin;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockMemoryTest {

    /** Records of up to 6 MiB, so that some fill a page of their own. */
    private static byte[] record(long seed, int i) {
        SplittableRandom random = new SplittableRandom(seed + i);
        byte[] record = new byte[i % 10 == 3 ? 6 << 20 : random.nextInt(1, 1 << 20)];
        random.nextBytes(record);
        return record;
    }

    private static PairFacts facts(int i) {
        return new PairFacts("image " + i, new Origin(0, (long) i), null, i, i);
    }

    @Test
    void whatIsPutInComesOutAgainBlockAfterBlock() {
        BlockMemory memory = new BlockMemory(20);
        for (long block = 0; block < 2; block++) {
            memory.clear();

            for (int i = 0; i < 20; i++) {
                memory.add(ByteBuffer.wrap(record(block * 100, i)), facts(i), block * 100 + i);
            }

            assertThat(memory.records()).isEqualTo(20);
            for (int i = 0; i < 20; i++) {
                assertThat(memory.record(i)).isEqualTo(ByteBuffer.wrap(record(block * 100, i)));
                assertThat(memory.facts(i)).isEqualTo(facts(i));
                assertThat(memory.arrivedAt(i)).isEqualTo(block * 100 + i);
            }
        }
    }

    @Test
    void theNewestRecordsCanBeForgottenAndTheirPlaceIsUsedAgain() {
        BlockMemory memory = new BlockMemory(20);
        for (int i = 0; i < 20; i++) {
            memory.add(ByteBuffer.wrap(record(0, i)), facts(i), i);
        }

        memory.forgetAfter(2);
        for (int i = 2; i < 20; i++) {
            memory.add(ByteBuffer.wrap(record(500, i)), facts(500 + i), 500 + i);
        }
        memory.forgetAfter(20);

        assertThat(memory.records()).isEqualTo(20);
        for (int i = 0; i < 20; i++) {
            assertThat(memory.record(i)).isEqualTo(ByteBuffer.wrap(record(i < 2 ? 0 : 500, i)));
            assertThat(memory.facts(i)).isEqualTo(facts(i < 2 ? i : 500 + i));
            assertThat(memory.arrivedAt(i)).isEqualTo(i < 2 ? i : 500 + i);
        }
    }
}
