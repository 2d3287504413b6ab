package io.streamclr.stream.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/** The bytes of a split in a checkpoint, topic, partition, begin, end, pass, next; since version 2 its start. */
final class SplitBytes implements SimpleVersionedSerializer<PartitionSplit> {

    static final int VERSION = 2;

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
        return read(version, new DataInputStream(new ByteArrayInputStream(serialized)));
    }

    static void requireVersion(int version) throws IOException {
        if (version < 1 || version > VERSION) {
            throw new IOException(
                    "The checkpoint has splits of version " + version + ", but this program reads those up to "
                            + VERSION + "; start it with the StreamCLR that wrote the checkpoint");
        }
    }

    static void write(PartitionSplit split, DataOutputStream out) throws IOException {
        out.writeUTF(split.topic());
        out.writeInt(split.partition());
        out.writeLong(split.begin());
        out.writeLong(split.end());
        out.writeInt(split.pass());
        out.writeLong(split.next());
        out.writeInt(split.start().pass());
        out.writeLong(split.start().next());
    }

    static PartitionSplit read(int version, DataInputStream in) throws IOException {
        PartitionSplit unread = PartitionSplit.unread(in.readUTF(), in.readInt(), in.readLong(), in.readLong());
        int pass = in.readInt();
        long next = in.readLong();
        return version == 1
                ? unread.from(pass, next)
                : unread.from(in.readInt(), in.readLong()).at(pass, next);
    }
}
