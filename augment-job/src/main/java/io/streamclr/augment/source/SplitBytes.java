package io.streamclr.augment.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The bytes of a split in a checkpoint, version 1: topic, partition, begin, end, pass, next. */
final class SplitBytes implements SimpleVersionedSerializer<PartitionSplit> {

    static final int VERSION = 1;

    @Override
    public int getVersion() {
        return VERSION;
    }

    @Override
    public byte[] serialize(PartitionSplit split) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        write(split, new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    @Override
    public PartitionSplit deserialize(int version, byte[] serialized) throws IOException {
        requireVersion(version);
        return read(new DataInputStream(new ByteArrayInputStream(serialized)));
    }

    static void requireVersion(int version) throws IOException {
        if (version != VERSION) {
            throw new IOException(
                    "The checkpoint has splits of version " + version + ", but this program reads version " + VERSION
                            + "; start it with the StreamCLR that wrote the checkpoint");
        }
    }

    static void write(PartitionSplit split, DataOutputStream out) throws IOException {
        out.writeUTF(split.topic());
        out.writeInt(split.partition());
        out.writeLong(split.begin());
        out.writeLong(split.end());
        out.writeInt(split.pass());
        out.writeLong(split.next());
    }

    static PartitionSplit read(DataInputStream in) throws IOException {
        return new PartitionSplit(
                in.readUTF(), in.readInt(), in.readLong(), in.readLong(), in.readInt(), in.readLong());
    }
}
