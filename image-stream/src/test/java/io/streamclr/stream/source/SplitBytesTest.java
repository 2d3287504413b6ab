package io.streamclr.stream.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SplitBytesTest {

    private static final PartitionSplit SPLIT =
            PartitionSplit.unread("images", 3, 5, 1L << 40).from(1, 9).at(2, 77);

    @Test
    void aSplitComesBackFromACheckpoint() throws IOException {
        SplitBytes bytes = new SplitBytes();

        PartitionSplit restored = bytes.deserialize(bytes.getVersion(), bytes.serialize(SPLIT));

        assertThat(restored).isEqualTo(SPLIT);
    }

    /** Checkpoints of today must be read by the program of tomorrow. */
    @Test
    void everyVersionIsReadFromTheseBytes() throws IOException {
        String first = "0006696d61676573" + "00000003" + "0000000000000005" + "0000010000000000" + "00000002"
                + "000000000000004d";
        String start = "00000001" + "0000000000000009";

        assertThat(HexFormat.of().formatHex(new SplitBytes().serialize(SPLIT))).isEqualTo(first + start);
        assertThat(new SplitBytes().deserialize(1, HexFormat.of().parseHex(first)))
                .isEqualTo(PartitionSplit.unread("images", 3, 5, 1L << 40).from(2, 77));
        assertThat(new Unassigned.Bytes().deserialize(2, HexFormat.of().parseHex("00000001" + first + "00000004")))
                .isEqualTo(new Unassigned(
                        List.of(PartitionSplit.unread("images", 3, 5, 1L << 40).from(2, 77)), 4));
    }

    @Test
    void whatNoReaderHasComesBackFromACheckpoint() throws IOException {
        Unassigned.Bytes bytes = new Unassigned.Bytes();
        Unassigned unassigned = new Unassigned(List.of(SPLIT, PartitionSplit.unread("images", 0, 0, 9)), 7);

        Unassigned restored = bytes.deserialize(bytes.getVersion(), bytes.serialize(unassigned));

        assertThat(restored).isEqualTo(unassigned);
    }

    @Test
    void aCheckpointOfBeforePartitionsWereCountedHasAllOfThem() throws IOException {
        byte[] noSplits = new byte[Integer.BYTES];

        assertThat(new Unassigned.Bytes().deserialize(1, noSplits))
                .isEqualTo(new Unassigned(List.of(), Unassigned.ALL));
    }

    @Test
    void anotherVersionIsRefused() {
        assertThatThrownBy(() -> new SplitBytes().deserialize(9, new byte[100]))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "The checkpoint has splits of version 9, but this program reads those up to 2; start it with the"
                                + " StreamCLR that wrote the checkpoint");
    }
}
