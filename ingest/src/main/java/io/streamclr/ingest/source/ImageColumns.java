package io.streamclr.ingest.source;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * The columns of a Parquet file that an image is made from. Hugging Face's data sets have images as a struct of
 * {@code bytes} and {@code path}, others as plain binary.
 *
 * @param asked these columns of the file's schema and no others
 * @param image name of the column of images
 * @param struct whether an image is a struct with {@code bytes} and perhaps {@code path}, and not the bytes alone
 * @param label name of the column of classes; empty if there is none
 */
record ImageColumns(MessageType asked, String image, boolean struct, String label) {

    private static final String BYTES = "bytes";
    private static final String PATH = "path";
    private static final List<String> LABELS = List.of("label", "fine_label");

    static Optional<ImageColumns> in(MessageType schema) {
        return columnOfImages(schema).map(image -> {
            String label = LABELS.stream()
                    .filter(name -> isWholeNumber(schema, name))
                    .findFirst()
                    .orElse("");
            return new ImageColumns(only(schema, image.getName(), label), image.getName(), !image.isPrimitive(), label);
        });
    }

    /** The first struct with bytes, or else the first column of bytes that are no text. */
    private static Optional<Type> columnOfImages(MessageType schema) {
        List<Type> fields = schema.getFields();
        return fields.stream()
                .filter(field -> !field.isPrimitive()
                        && !field.isRepetition(Type.Repetition.REPEATED)
                        && field.asGroupType().containsField(BYTES)
                        && isBinary(field.asGroupType().getType(BYTES)))
                .findFirst()
                .or(() -> fields.stream().filter(ImageColumns::isBinary).findFirst());
    }

    private static boolean isBinary(Type field) {
        return field.isPrimitive()
                && !field.isRepetition(Type.Repetition.REPEATED)
                && field.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY
                && field.getLogicalTypeAnnotation() == null;
    }

    private static boolean isWholeNumber(MessageType schema, String name) {
        if (!schema.containsField(name) || !schema.getType(name).isPrimitive()) {
            return false;
        }
        PrimitiveTypeName type = schema.getType(name).asPrimitiveType().getPrimitiveTypeName();
        return !schema.getType(name).isRepetition(Type.Repetition.REPEATED)
                && (type == PrimitiveTypeName.INT32 || type == PrimitiveTypeName.INT64);
    }

    /** The schema with the columns of these names alone. */
    private static MessageType only(MessageType schema, String image, String label) {
        return new MessageType(
                schema.getName(),
                schema.getFields().stream()
                        .filter(field ->
                                field.getName().equals(image) || field.getName().equals(label))
                        .toList());
    }

    Set<String> names() {
        return label.isEmpty() ? Set.of(image) : Set.of(image, label);
    }

    Found image(Group row, String where, Instant capturedAt, Reading reading) {
        if (row.getFieldRepetitionCount(image) == 0) {
            return new Found.Unreadable(where, "has no image");
        }
        Group holder = struct ? row.getGroup(image, 0) : row;
        String bytes = struct ? BYTES : image;
        if (holder.getFieldRepetitionCount(bytes) == 0) {
            return new Found.Unreadable(where, "has no bytes, only the path of a file elsewhere");
        }
        byte[] encoded = holder.getBinary(bytes, 0).getBytes();
        if (encoded.length == 0) {
            return new Found.Unreadable(where, "is empty");
        }
        if (encoded.length > reading.maxImageBytes()) {
            return new Found.Unreadable(where, reading.tooLarge(encoded.length));
        }
        return new Found.Image(where, encoded, label(row), capturedAt, path(holder));
    }

    private OptionalInt label(Group row) {
        if (label.isEmpty() || row.getFieldRepetitionCount(label) == 0) {
            return OptionalInt.empty();
        }
        long value = Long.parseLong(row.getValueToString(row.getType().getFieldIndex(label), 0));
        // Below 0 says that nobody knows, as in the test parts of many data sets.
        return value >= 0 && value <= Integer.MAX_VALUE ? OptionalInt.of((int) value) : OptionalInt.empty();
    }

    private Map<String, String> path(Group holder) {
        return struct && holder.getType().containsField(PATH) && holder.getFieldRepetitionCount(PATH) > 0
                ? Map.of(PATH, holder.getString(PATH, 0))
                : Map.of();
    }
}
