package io.streamclr.trainer.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.feed.ViewsOfTests;
import io.streamclr.trainer.views.FeedPosition.Reading;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FeedPositionTest {

    private static final FeedPosition POSITION = new FeedPosition(
            new Feeding("run", -5, 256, 16, Mix.FRESH),
            35,
            1234,
            new ViewShape("0123456789abcdef", "cifar,size=28", 28, 32),
            List.of(new Reading(100, 1, 99), Reading.from(0)),
            List.of(ViewsOfTests.range(0, 100, 4200, 4096, 0)));

    @Test
    void whatIsEncodedIsDecoded() {
        assertThat(FeedPosition.decode(POSITION.encoded())).isEqualTo(POSITION);
    }

    @Test
    void whatTheFirstReleaseWroteIsStillRead() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(1);
        out.writeUTF("run");
        out.writeLong(-5);
        out.writeInt(256);
        out.writeInt(16);
        out.writeLong(35);
        out.writeLong(1234);
        out.writeUTF("0123456789abcdef");
        out.writeInt(28);
        out.writeInt(32);
        out.writeInt(1);
        out.writeLong(100);
        out.writeInt(1);
        out.writeLong(99);
        out.writeInt(1);
        out.writeInt(0);
        out.writeLong(100);
        out.writeLong(4200);
        out.writeInt(4096);

        FeedPosition old = FeedPosition.decode(bytes.toByteArray());

        assertThat(old.nextStep()).isEqualTo(35);
        assertThat(old.shape().recipeText()).isEmpty();
        assertThat(old.readings()).containsExactly(new Reading(100, 1, 99));
        assertThat(old.block()).containsExactly(new FeedPosition.BlockRange(0, 100, 4200, 4096, List.of()));
    }

    @Test
    void blockAndPlaceInItFollowFromTheStep() {
        assertThat(POSITION.blockNumber()).isEqualTo(2);
        assertThat(POSITION.batchInBlock()).isEqualTo(2);
    }

    @Test
    void withUpdatesFromMemoryTheBlockFollowsFromTheFreshBatches() {
        FeedPosition tenth = new FeedPosition(
                new Feeding("run", 1, 8, 4, new Mix(2, 10)), 42, 0, new ViewShape("", "", 4, 4), List.of(), List.of());

        FeedPosition after = tenth.afterReplayed(7);

        // Step 41 had fresh batch 4, the first of block 1; step 51 has the next.
        assertThat(tenth.blockNumber()).isEqualTo(1);
        assertThat(tenth.batchInBlock()).isEqualTo(1);
        assertThat(after.nextStep()).isEqualTo(43);
        assertThat(after.batchInBlock()).isEqualTo(1);
        assertThat(FeedPosition.decode(after.ofRun("other").encoded()))
                .isEqualTo(new FeedPosition(
                        new Feeding("other", 1, 8, 4, new Mix(2, 10)),
                        43,
                        7,
                        new ViewShape("", "", 4, 4),
                        List.of(),
                        List.of()));
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
        int count = bytes.length - 2 * 4 - (4 + 24 + 4 + 28) - 2 * 20 - 4;
        bytes[count] = 0x7f;

        assertThatThrownBy(() -> FeedPosition.decode(bytes))
                .isInstanceOf(RefusalException.class)
                .cause()
                .hasMessage("a count of 2130706434");
    }

    @Test
    void aNewerVersionIsNamed() {
        byte[] bytes = POSITION.encoded();
        bytes[3] = 4;

        assertThatThrownBy(() -> FeedPosition.decode(bytes))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The feed position has version 4 and this program reads versions 1 to 3; resume with the"
                        + " program that wrote the checkpoint");
    }
}
