package io.streamclr.schemas.wire;

import io.streamclr.schemas.record.VectorFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The numbers of an embedding as they stand in its record, one after the other, the lowest byte first. */
public final class VectorBytes {

    private VectorBytes() {}

    /**
     * The bytes of a vector, in a new buffer.
     *
     * @throws IllegalArgumentException if a number is more than 16 bits reach, or none, in that format
     */
    public static ByteBuffer of(float[] vector, VectorFormat format) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(vector.length, bytesOfOne(format)))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float number : vector) {
            switch (format) {
                case FLOAT32 -> bytes.putFloat(number);
                case FLOAT16 -> bytes.putShort(HalfFloat.of(number));
            }
        }
        return bytes.flip();
    }

    /**
     * The vector in these bytes, from position to limit, which stay as they are.
     *
     * @throws ForeignRecordException if they are no whole number of numbers, or none at all
     */
    public static float[] read(ByteBuffer bytes, VectorFormat format) throws ForeignRecordException {
        ByteBuffer rest = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        int each = bytesOfOne(format);
        if (rest.remaining() == 0 || rest.remaining() % each != 0) {
            throw new ForeignRecordException(
                    rest.remaining() + " bytes, which are no numbers of " + each + " bytes each");
        }
        float[] vector = new float[rest.remaining() / each];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = switch (format) {
                case FLOAT32 -> rest.getFloat();
                case FLOAT16 -> HalfFloat.toFloat(rest.getShort());
            };
        }
        return vector;
    }

    private static int bytesOfOne(VectorFormat format) {
        return switch (format) {
            case FLOAT32 -> Float.BYTES;
            case FLOAT16 -> Short.BYTES;
        };
    }
}
