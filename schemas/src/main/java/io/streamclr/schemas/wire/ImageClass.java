package io.streamclr.schemas.wire;

import io.streamclr.schemas.record.EncodedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;

/** The class of an image in topic {@code images} that has a number and a name, read without the image. */
public record ImageClass(int label, String className) {

    private static final int HEADER_BYTES = 10;
    private static final short MARKER = (short) 0xC301;

    private static final long WITH_NAMES = SchemaNormalization.parsingFingerprint64(EncodedImage.getClassSchema());

    private static final ThreadLocal<GenericDatumReader<GenericRecord>> READERS =
            ThreadLocal.withInitial(() -> new GenericDatumReader<>(EncodedImage.getClassSchema(), classAlone()));

    /** A part of the schema, so that Avro passes over the rest. */
    private static Schema classAlone() {
        Schema whole = EncodedImage.getClassSchema();
        return Schema.createRecord(
                whole.getName(),
                null,
                whole.getNamespace(),
                false,
                List.of("label", "className").stream()
                        .map(name -> new Schema.Field(
                                whole.getField(name), whole.getField(name).schema()))
                        .toList());
    }

    /** @param value of a record; empty if it is no image, says no number or no name, or is damaged */
    public static Optional<ImageClass> in(ByteBuffer value) {
        ByteBuffer bytes = value.duplicate();
        if (bytes.remaining() < HEADER_BYTES
                || bytes.getShort() != MARKER
                || bytes.order(ByteOrder.LITTLE_ENDIAN).getLong() != WITH_NAMES) {
            return Optional.empty();
        }
        byte[] copied = bytes.hasArray() ? bytes.array() : new byte[bytes.remaining()];
        int offset = bytes.hasArray() ? bytes.arrayOffset() + bytes.position() : 0;
        int length = bytes.remaining();
        if (!bytes.hasArray()) {
            bytes.get(copied);
        }
        try {
            GenericRecord read =
                    READERS.get().read(null, DecoderFactory.get().binaryDecoder(copied, offset, length, null));
            return read.get("label") instanceof Integer label && read.get("className") != null
                    ? Optional.of(new ImageClass(label, read.get("className").toString()))
                    : Optional.empty();
        } catch (IOException | AvroRuntimeException | UnsupportedOperationException | IndexOutOfBoundsException bad) {
            return Optional.empty();
        }
    }
}
