package io.streamclr.schemas.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;

/** Reads as Avro's own decoder of an array, but bytes are given as parts of that array, where Avro copies them. */
final class SharingDecoder extends Decoder {

    private final BinaryDecoder in;
    private final byte[] array;
    private final int end;

    /**
     * @param in reads the array up to {@code end}
     * @param end index after the last byte
     */
    SharingDecoder(BinaryDecoder in, byte[] array, int end) {
        this.in = in;
        this.array = array;
        this.end = end;
    }

    @Override
    public ByteBuffer readBytes(ByteBuffer old) throws IOException {
        int before = in.remainingBytes();
        long length = in.readLong();
        int left = in.remainingBytes();
        if (length < 0 || length > left) {
            // Fails, in Avro's own words.
            return DecoderFactory.get()
                    .binaryDecoder(array, end - before, before, null)
                    .readBytes(null);
        }
        in.skipFixed((int) length);
        return ByteBuffer.wrap(array, end - left, (int) length).slice();
    }

    @Override
    public int remainingBytes() {
        return in.remainingBytes();
    }

    @Override
    public void readNull() throws IOException {
        in.readNull();
    }

    @Override
    public boolean readBoolean() throws IOException {
        return in.readBoolean();
    }

    @Override
    public int readInt() throws IOException {
        return in.readInt();
    }

    @Override
    public long readLong() throws IOException {
        return in.readLong();
    }

    @Override
    public float readFloat() throws IOException {
        return in.readFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return in.readDouble();
    }

    @Override
    public Utf8 readString(Utf8 old) throws IOException {
        return in.readString(old);
    }

    @Override
    public String readString() throws IOException {
        return in.readString();
    }

    @Override
    public void skipString() throws IOException {
        in.skipString();
    }

    @Override
    public void skipBytes() throws IOException {
        in.skipBytes();
    }

    @Override
    public void readFixed(byte[] bytes, int start, int length) throws IOException {
        in.readFixed(bytes, start, length);
    }

    @Override
    public void skipFixed(int length) throws IOException {
        in.skipFixed(length);
    }

    @Override
    public int readEnum() throws IOException {
        return in.readEnum();
    }

    @Override
    public long readArrayStart() throws IOException {
        return in.readArrayStart();
    }

    @Override
    public long arrayNext() throws IOException {
        return in.arrayNext();
    }

    @Override
    public long skipArray() throws IOException {
        return in.skipArray();
    }

    @Override
    public long readMapStart() throws IOException {
        return in.readMapStart();
    }

    @Override
    public long mapNext() throws IOException {
        return in.mapNext();
    }

    @Override
    public long skipMap() throws IOException {
        return in.skipMap();
    }

    @Override
    public int readIndex() throws IOException {
        return in.readIndex();
    }
}
