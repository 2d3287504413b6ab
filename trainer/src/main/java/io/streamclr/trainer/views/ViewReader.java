package io.streamclr.trainer.views;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.RecipeHeader;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads records of the topic of views and holds them against the first: one recipe and one size a run. For one thread.
 */
public final class ViewReader {

    /** What a record may have beside its pixels: lineage takes about 400 bytes. */
    private static final int MAX_ENVELOPE_BYTES = 16 << 10;

    private ViewShape shape;

    /** @param shape what all records must have; {@link ViewShape#UNKNOWN} if the first one decides */
    public ViewReader(ViewShape shape) {
        this.shape = shape;
    }

    /** What all records so far have. */
    public ViewShape shape() {
        return shape;
    }

    /**
     * The pair in this record; its pixels are parts of the record's buffer, which has an array.
     *
     * @throws RefusalException if it is no view pair, or of another recipe or size than those before it
     */
    public ViewPair read(ConsumerRecord<?, ByteBuffer> record) {
        ViewPair pair = decode(record);
        if (pair.getOrigin().getPartition() != record.partition()
                || pair.getOrigin().getOffset() < 0
                || pair.getPass() < 0) {
            throw foreign(
                    record,
                    "a ViewPair made from partition " + pair.getOrigin().getPartition() + ", offset "
                            + pair.getOrigin().getOffset() + ", pass " + pair.getPass()
                            + ", which cannot stand in this partition");
        }
        ViewShape found = shapeOf(record, pair);
        if (shape.equals(ViewShape.UNKNOWN)) {
            shape = found;
        } else if (!shape.fits(found)) {
            throw new RefusalException("Topic " + record.topic() + " has views of " + found + " at partition "
                    + record.partition() + ", offset " + record.offset() + ", and this run trains on views of " + shape
                    + "; send the others to a topic of their own, or begin another run on a topic of one kind");
        } else if (shape.recipeText().isEmpty()) {
            shape = found;
        }
        return pair;
    }

    private static ViewPair decode(ConsumerRecord<?, ByteBuffer> record) {
        if (record.value() == null) {
            throw foreign(record, "a record without a value");
        }
        try {
            return WireFormat.VIEW_PAIR.decode(record.value());
        } catch (ForeignRecordException bad) {
            throw foreign(record, bad.getMessage());
        }
    }

    private ViewShape shapeOf(ConsumerRecord<?, ByteBuffer> record, ViewPair pair) {
        View first = pair.getFirst();
        View second = pair.getSecond();
        long pixels = 3L * first.getHeight() * first.getWidth();
        if (first.getHeight() < 1
                || first.getWidth() < 1
                || second.getHeight() != first.getHeight()
                || second.getWidth() != first.getWidth()
                || first.getPixels().remaining() != pixels
                || second.getPixels().remaining() != pixels) {
            throw foreign(
                    record,
                    "a ViewPair whose pixels (" + first.getPixels().remaining() + " and "
                            + second.getPixels().remaining() + " bytes) do not fill views of " + first.getHeight() + "x"
                            + first.getWidth() + " and " + second.getHeight() + "x" + second.getWidth());
        }
        if (record.value().remaining() - 2 * pixels > MAX_ENVELOPE_BYTES) {
            throw foreign(
                    record,
                    "a ViewPair with " + (record.value().remaining() - 2 * pixels) + " bytes beside its pixels, where "
                            + MAX_ENVELOPE_BYTES + " are allowed");
        }
        String recipeText = shape.recipeText().isEmpty() ? RecipeHeader.textIn(record.headers()) : shape.recipeText();
        return new ViewShape(pair.getRecipe(), recipeText, first.getHeight(), first.getWidth());
    }

    private static RefusalException foreign(ConsumerRecord<?, ByteBuffer> record, String what) {
        return new RefusalException("Topic " + record.topic() + " has a foreign record at partition "
                + record.partition() + ", offset " + record.offset() + ": " + what
                + "; nothing after it is trained, so find its writer and have the views rendered into a fresh topic");
    }
}
