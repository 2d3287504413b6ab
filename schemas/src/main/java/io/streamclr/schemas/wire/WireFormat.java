package io.streamclr.schemas.wire;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.record.EncoderPublished;
import io.streamclr.schemas.record.EncoderSwitch;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.record.RejectedImage;
import io.streamclr.schemas.record.ViewPair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * The bytes of one kind of record: Avro single-object encoding (Avro specification, "Single-object encoding"), that is
 * the marker {@code C3 01}, the CRC-64-AVRO fingerprint of the writer's schema in little-endian order, and the body.
 * Reads every schema of that record that was ever released. Safe for use by many threads.
 *
 * @param <T> the record
 */
public final class WireFormat<T extends SpecificRecord> {

    static {
        // Avro makes objects only of classes that somebody vouches for: ours are vouched for, and nothing else is
        // added.
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(), type -> type.getPackage() == EncodedImage.class.getPackage()));
    }

    /** An image without a class name is written as the release before class names wrote it. */
    public static final WireFormat<EncodedImage> ENCODED_IMAGE = new WireFormat<>(
            EncodedImage.class, EncodedImage.getClassSchema(), new Brevity<>(1, image -> image.getClassName() == null));

    public static final WireFormat<RejectedImage> REJECTED_IMAGE =
            of(RejectedImage.class, RejectedImage.getClassSchema());
    /**
     * A pair without a picture hash is written as the release before picture hashes wrote it. So the digests of batches of
     * such pairs stay what they were, also when expired views are rendered again.
     */
    public static final WireFormat<ViewPair> VIEW_PAIR = new WireFormat<>(
            ViewPair.class, ViewPair.getClassSchema(), new Brevity<>(1, pair -> pair.getPictureHash() == null));

    /** A batch of one process is written as the release before several ranks wrote it. */
    public static final WireFormat<BatchManifest> BATCH_MANIFEST = new WireFormat<>(
            BatchManifest.class, BatchManifest.getClassSchema(), new Brevity<>(3, batch -> batch.getRanks() == 0));

    /** An encoder without a list of files is written as the release before such lists wrote it. */
    public static final WireFormat<EncoderPublished> ENCODER_PUBLISHED = new WireFormat<>(
            EncoderPublished.class, EncoderPublished.getClassSchema(), new Brevity<>(1, encoder -> encoder.getFiles()
                    .isEmpty()));

    public static final WireFormat<ImageEmbedding> IMAGE_EMBEDDING =
            of(ImageEmbedding.class, ImageEmbedding.getClassSchema());

    public static final WireFormat<EncoderSwitch> ENCODER_SWITCH =
            of(EncoderSwitch.class, EncoderSwitch.getClassSchema());

    private static final List<WireFormat<?>> ALL = List.of(
            ENCODED_IMAGE,
            REJECTED_IMAGE,
            VIEW_PAIR,
            BATCH_MANIFEST,
            ENCODER_PUBLISHED,
            IMAGE_EMBEDDING,
            ENCODER_SWITCH);

    private static final int HEADER_BYTES = 10;
    /** What a record may be larger than the one before without being copied while it is written. */
    private static final int ROOM = 256;
    /** From this size on, to write a record twice, once for its size alone, is cheaper than to copy it once more. */
    private static final int MEASURED_FROM_BYTES = 16 << 10;

    private static final byte MARKER_0 = (byte) 0xC3;
    private static final byte MARKER_1 = 0x01;

    private final Class<T> type;
    private final Schema schema;
    private final long fingerprint;
    private final long olderFingerprint;
    private final SpecificDatumWriter<T> writer;
    private final Brevity<T> brevity;
    private final Map<Long, Schema> released = new ConcurrentHashMap<>();
    /** Avro's readers keep state while they read, so each thread has its own. */
    private final ThreadLocal<Map<Long, SpecificDatumReader<T>>> readers =
            ThreadLocal.withInitial(ConcurrentHashMap::new);

    /** Bytes of the record that was encoded last: the next one of its kind is about as large. */
    private volatile int lastSize = 1024;

    /**
     * Which records are written by an older schema that the newest one adds a nullable field, a list or a number to, at its
     * end: there null is one byte, as an empty list and 0 are, without which the two have the same body.
     *
     * @param release number of the older schema; 0 if there is none
     * @param holds for records whose new field is null, empty or 0
     */
    private record Brevity<T>(int release, Predicate<T> holds) {}

    private WireFormat(Class<T> type, Schema schema, Brevity<T> brevity) {
        this.type = type;
        this.schema = schema;
        this.brevity = brevity;
        this.fingerprint = SchemaNormalization.parsingFingerprint64(schema);
        this.writer = new SpecificDatumWriter<>(schema, writtenByOwnCode());
        released.put(fingerprint, schema);
        for (int version = 1; ; version++) {
            Schema old = released(type.getSimpleName(), version);
            if (old == null) {
                break;
            }
            released.put(SchemaNormalization.parsingFingerprint64(old), old);
        }
        this.olderFingerprint = brevity.release() == 0
                ? fingerprint
                : SchemaNormalization.parsingFingerprint64(released(type.getSimpleName(), brevity.release()));
    }

    /** Has records write themselves, which takes a fraction of the time that walking through their schema does. */
    private static SpecificData writtenByOwnCode() {
        SpecificData data = new SpecificData();
        data.setCustomCoders(true);
        return data;
    }

    private static <T extends SpecificRecord> WireFormat<T> of(Class<T> type, Schema schema) {
        return new WireFormat<>(type, schema, new Brevity<>(0, record -> false));
    }

    /** The bytes of a record of whichever kind; empty if it is none of ours. */
    static Optional<byte[]> encodeAny(SpecificRecord record) {
        return ALL.stream()
                .filter(each -> each.type.isInstance(record))
                .findFirst()
                .map(each -> encodeAs(each, record));
    }

    private static <T extends SpecificRecord> byte[] encodeAs(WireFormat<T> format, SpecificRecord record) {
        return format.encode(format.type.cast(record));
    }

    /**
     * The record in these bytes, of whichever kind.
     *
     * @throws ForeignRecordException if they are no record of ours in a released schema, or are damaged
     */
    static SpecificRecord decodeAny(byte[] bytes) throws ForeignRecordException {
        long writtenBy = bytes.length < HEADER_BYTES
                ? 0
                : ByteBuffer.wrap(bytes, 2, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
        for (WireFormat<?> each : ALL) {
            if (each.released.containsKey(writtenBy)) {
                return each.decode(bytes);
            }
        }
        throw new ForeignRecordException("no record of StreamCLR: " + bytes.length
                + " bytes that do not begin with Avro's single-object marker c301 and the fingerprint of a released"
                + " schema");
    }

    /** The newest schema. */
    public Schema schema() {
        return schema;
    }

    /** The record's bytes, header and body. */
    public byte[] encode(T record) {
        boolean brief = brevity.holds().test(record);
        Bytes bytes = new Bytes(lastSize < MEASURED_FROM_BYTES ? lastSize + ROOM : HEADER_BYTES + bodyBytes(record));
        bytes.writeBytes(ByteBuffer.allocate(HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MARKER_0)
                .put(MARKER_1)
                .putLong(brief ? olderFingerprint : fingerprint)
                .array());
        writeBody(record, bytes);
        lastSize = bytes.size();
        return bytes.first(brief ? bytes.size() - 1 : bytes.size());
    }

    private void writeBody(T record, OutputStream out) {
        BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(out, null);
        try {
            writer.write(record, encoder);
            encoder.flush();
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
    }

    private int bodyBytes(T record) {
        Count count = new Count();
        writeBody(record, count);
        return count.bytes;
    }

    private static final class Bytes extends ByteArrayOutputStream {

        Bytes(int room) {
            super(room);
        }

        byte[] first(int bytes) {
            return bytes == buf.length ? buf : Arrays.copyOf(buf, bytes);
        }
    }

    private static final class Count extends OutputStream {

        private int bytes;

        @Override
        public void write(int one) {
            bytes++;
        }

        @Override
        public void write(byte[] some, int offset, int length) {
            bytes += length;
        }
    }

    /**
     * The record in these bytes. What they claim of their lengths is checked against what is there before anything is
     * allocated.
     *
     * @throws ForeignRecordException if they are not a record of this kind in a released schema, or are damaged
     */
    public T decode(byte[] bytes) throws ForeignRecordException {
        return decode(bytes, 0, bytes.length, false);
    }

    /**
     * As the other, but fields of bytes are parts of the array and not copies of them, so that a record with pixels is read
     * at once; they have the array live as long as the record.
     *
     * @param bytes from position to limit, which stay as they are; of an array
     */
    public T decode(ByteBuffer bytes) throws ForeignRecordException {
        return decode(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining(), true);
    }

    private T decode(byte[] bytes, int begin, int length, boolean shared) throws ForeignRecordException {
        if (length < HEADER_BYTES || bytes[begin] != MARKER_0 || bytes[begin + 1] != MARKER_1) {
            throw new ForeignRecordException("not a " + schema.getName() + ": " + length
                    + " bytes that begin with "
                    + (length == 0 ? "nothing" : HexFormat.of().formatHex(bytes, begin, begin + Math.min(4, length)))
                    + " instead of Avro's single-object marker c301");
        }
        long writtenBy = ByteBuffer.wrap(bytes, begin + 2, 8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getLong();
        Schema writerSchema = released.get(writtenBy);
        if (writerSchema == null) {
            throw new ForeignRecordException("not a " + schema.getName() + ": its schema fingerprint "
                    + HexFormat.of().toHexDigits(writtenBy) + " is of another kind of record, or of a newer StreamCLR");
        }
        SpecificDatumReader<T> reader =
                readers.get().computeIfAbsent(writtenBy, unseen -> new SpecificDatumReader<>(writerSchema, schema));
        BinaryDecoder body =
                DecoderFactory.get().binaryDecoder(bytes, begin + HEADER_BYTES, length - HEADER_BYTES, null);
        try {
            T record = reader.read(null, shared ? new SharingDecoder(body, bytes, begin + length) : body);
            if (!body.isEnd()) {
                throw new ForeignRecordException("a damaged " + schema.getName() + ": bytes are left over at its end");
            }
            return record;
        } catch (IOException | AvroRuntimeException | UnsupportedOperationException | IndexOutOfBoundsException bad) {
            throw new ForeignRecordException("a damaged " + schema.getName() + ": " + FileFault.of(bad), bad);
        }
    }

    /** The schema as released under this number, 1 for the first; null where there is none. */
    static Schema released(String name, int version) {
        try (InputStream json = WireFormat.class.getResourceAsStream("/schemas/" + name + "." + version + ".avsc")) {
            return json == null ? null : new Schema.Parser().parse(json);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
