package io.streamclr.augment.source;

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
 */
record Unassigned(List<PartitionSplit> splits) {

    Unassigned {
        splits = List.copyOf(splits);
    }

    /** The bytes of it in a checkpoint, version 1: how many splits, and each of them. */
    static final class Bytes implements SimpleVersionedSerializer<Unassigned> {

        @Override
        public int getVersion() {
            return SplitBytes.VERSION;
        }

        @Override
        public byte[] serialize(Unassigned unassigned) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(unassigned.splits().size());
            for (PartitionSplit split : unassigned.splits()) {
                SplitBytes.write(split, out);
            }
            return bytes.toByteArray();
        }

        @Override
        public Unassigned deserialize(int version, byte[] serialized) throws IOException {
            SplitBytes.requireVersion(version);
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized));
            int count = in.readInt();
            List<PartitionSplit> splits = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                splits.add(SplitBytes.read(in));
            }
            return new Unassigned(splits);
        }
    }
}
