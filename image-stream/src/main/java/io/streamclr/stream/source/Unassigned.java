package io.streamclr.stream.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * What the enumerator keeps in a checkpoint.
 *
 * @param splits that no reader has; whoever has one keeps it in its own state
 * @param known partitions that there were; those from this number on were never given to anybody
 */
record Unassigned(List<PartitionSplit> splits, int known) {

    /** Of a checkpoint that does not say how many there were: it is taken to have all of them. */
    static final int ALL = Integer.MAX_VALUE;

    Unassigned {
        splits = List.copyOf(splits);
    }

    /**
     * The bytes of it in a checkpoint: how many splits, each of them, and since version 2 how many partitions; since version 3
     * its splits are of version 2.
     */
    static final class Bytes implements SimpleVersionedSerializer<Unassigned> {

        private static final int VERSION = 3;

        @Override
        public int getVersion() {
            return VERSION;
        }

        @Override
        public byte[] serialize(Unassigned unassigned) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(unassigned.splits().size());
            for (PartitionSplit split : unassigned.splits()) {
                SplitBytes.write(split, out);
            }
            out.writeInt(unassigned.known());
            return bytes.toByteArray();
        }

        @Override
        public Unassigned deserialize(int version, byte[] serialized) throws IOException {
            if (version < 1 || version > VERSION) {
                SplitBytes.requireVersion(version);
            }
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized));
            int count = in.readInt();
            List<PartitionSplit> splits = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                splits.add(SplitBytes.read(version < 3 ? 1 : SplitBytes.VERSION, in));
            }
            return new Unassigned(splits, version >= 2 ? in.readInt() : ALL);
        }
    }
}
