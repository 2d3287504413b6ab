package io.streamclr.trainer.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.feed.FeedPosition.BlockRange;
import io.streamclr.trainer.feed.FeedPosition.Reading;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeedPositionTest {

    private static final FeedPosition POSITION = new FeedPosition(
            "run",
            -5,
            256,
            16,
            35,
            1234,
            "0123456789abcdef",
            28,
            32,
            List.of(new Reading(100, 1, 99), Reading.from(0)),
            List.of(new BlockRange(0, 100, 4200, 4096)));

    @Test
    void whatIsEncodedIsDecoded() {
        assertThat(FeedPosition.decode(POSITION.encoded())).isEqualTo(POSITION);
    }

    @Test
    void blockAndPlaceInItFollowFromTheStep() {
        assertThat(POSITION.blockNumber()).isEqualTo(2);
        assertThat(POSITION.batchInBlock()).isEqualTo(2);
    }

    @Test
    void eachBatchOfABlockCountsAsAnEqualPartOfItsRanges() {
        assertThat(POSITION.trainedOffsets()).containsExactly(100L + 4101 * 2 / 16, 0L);
    }

    @Test
    void bytesThatAreCutOffOrLongerAreDamaged() {
        byte[] whole = POSITION.encoded();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> FeedPosition.decode(cut))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("The feed position of the checkpoint is damaged; resume from an older checkpoint");
        }
        assertThatThrownBy(() -> FeedPosition.decode(Arrays.copyOf(whole, whole.length + 1)))
                .isInstanceOf(RefusalException.class);
    }

    @Test
    void aCountThatIsTooLargeIsRefusedBeforeItIsBelieved() {
        byte[] bytes = POSITION.encoded();
        int count = bytes.length - (4 + 24) - 2 * 20 - 4;
        bytes[count] = 0x7f;

        assertThatThrownBy(() -> FeedPosition.decode(bytes))
                .isInstanceOf(RefusalException.class)
                .cause()
                .hasMessage("a count of 2130706434");
    }

    @Test
    void aNewerVersionIsNamed() {
        byte[] bytes = POSITION.encoded();
        bytes[3] = 2;

        assertThatThrownBy(() -> FeedPosition.decode(bytes))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The feed position has version 2 and this program reads version 1; resume with the program"
                        + " that wrote the checkpoint");
    }
}
