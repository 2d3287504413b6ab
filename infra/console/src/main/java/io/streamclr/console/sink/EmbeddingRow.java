package io.streamclr.console.sink;

import com.jerolba.carpet.annotation.Alias;
import com.jerolba.carpet.annotation.NotNull;
import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.record.ImageEmbedding;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of a Parquet file, as its columns are named.
 *
 * @param id of the image
 * @param partition of {@code images} and of {@code embeddings}
 * @param offset of the image in {@code images}
 * @param arrivedAt when the broker dated the image
 * @param encoder SHA-256 of the encoder file, in hexadecimal digits
 * @param label null where nobody says
 * @param className null where nobody says
 */
record EmbeddingRow(
        @NotNull String id,
        int partition,
        long offset,
        @NotNull @Alias("arrived_at") Instant arrivedAt,
        @NotNull String source,
        @NotNull String run,
        long step,
        @NotNull String encoder,
        Integer label,
        @Alias("class_name") String className,
        @NotNull List<@NotNull Float> embedding) {

    static EmbeddingRow of(StoredEmbedding stored) {
        ImageEmbedding record = stored.record();
        List<Float> embedding = new ArrayList<>(stored.vector().length);
        for (float number : stored.vector()) {
            embedding.add(number);
        }
        return new EmbeddingRow(
                record.getImageId(),
                stored.partition(),
                stored.origin(),
                record.getArrivedAt(),
                record.getSource(),
                record.getRunId(),
                record.getStep(),
                record.getDigest(),
                record.getLabel(),
                record.getClassName(),
                embedding);
    }
}
