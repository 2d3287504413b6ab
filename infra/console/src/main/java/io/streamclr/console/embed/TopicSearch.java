package io.streamclr.console.embed;

import io.streamclr.console.similar.HeldVectors;
import io.streamclr.console.similar.Nearest;
import io.streamclr.console.similar.VectorIndex;
import io.streamclr.console.vectors.EmbeddingLog;
import io.streamclr.console.vectors.EmbeddingTopic;
import io.streamclr.console.vectors.EncoderName;
import io.streamclr.console.vectors.LogPosition;
import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.console.vectors.Tally;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.ShippedEncoder;
import io.streamclr.trainer.form.FileDigest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Searches in the embeddings of one encoder that a topic holds, each compared or by an index. */
final class TopicSearch {

    private final EmbeddingTopic topic;
    private final String digest;

    /** The encoder is the one that is asked for, or else that of the newest embedding. */
    TopicSearch(EmbeddingTopic topic) {
        this.topic = topic;
        this.digest = topic.digest();
    }

    /**
     * What was found, and where.
     *
     * @param embeddings that were searched in
     * @param others embeddings of other encoders that were left out
     */
    record Outcome(List<Result> results, EncoderName encoder, long embeddings, long others) {}

    /** @throws RefusalException if another encoder made the embeddings of the topic */
    void requireMadeBy(ShippedEncoder encoder) {
        try {
            String own = FileDigest.of(encoder.archive());
            if (!own.equals(digest)) {
                throw new RefusalException("The embeddings of topic " + topic.name() + " were made by the encoder with"
                        + " digest " + digest + ", and " + encoder.archive() + " has digest " + own
                        + "; give that encoder with --encoder, or choose embeddings of this one with --encoder-digest");
            }
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "Cannot read the encoder " + encoder.archive() + ": " + FileFault.of(unreadable)
                            + "; check the path that --encoder names",
                    unreadable);
        }
    }

    /** A query whose embedding somebody made by this very encoder. */
    static Function<Nearest, float[]> ofVector(float[] embedding) {
        return vectors -> {
            if (vectors.dimension() != embedding.length) {
                throw new RefusalException("The encoder makes " + embedding.length
                        + " features of an image, but the topic holds " + vectors.dimension()
                        + "; it was written to by something else");
            }
            return embedding;
        };
    }

    /** A query that is an image of the topic. */
    Function<Nearest, float[]> ofImage(String id) {
        return vectors -> vectors.vectorOf(id)
                .orElseThrow(() -> new RefusalException("Topic " + topic.name() + " has no embedding of image " + id
                        + " by the encoder with digest " + digest
                        + "; name another with --like-id, or another encoder with --encoder-digest"));
    }

    /**
     * Compares each embedding.
     *
     * @param notices where a line says which embeddings were taken
     */
    Outcome exactly(Function<Nearest, float[]> query, int top, PrintWriter notices) {
        HeldVectors held = HeldVectors.empty();
        AtomicReference<EncoderName> encoder = new AtomicReference<>();
        try (EmbeddingLog log = topic.open(Optional.of(digest), LogPosition.BEGINNING)) {
            log.readToEnd(batch -> {
                for (StoredEmbedding embedding : batch) {
                    encoder.compareAndSet(null, embedding.encoder());
                    held.add(embedding);
                }
            });
            return search(held, requireSome(Optional.ofNullable(encoder.get())), log.tally(), query, top, notices);
        }
    }

    /** Searches by an index, after it has taken in what the topic holds by now. */
    Outcome indexed(Path folder, Function<Nearest, float[]> query, int top, PrintWriter notices) {
        try (VectorIndex index = VectorIndex.open(folder)) {
            index.requireOf(topic.name(), topic.identity(), digest);
            try (EmbeddingLog log = topic.open(Optional.of(digest), index.position())) {
                index.follow(log);
                Tally now = log.tally();
                Tally all = new Tally(index.size(), index.others(), now.repeated(), now.foreign());
                return search(index, requireSome(index.encoder()), all, query, top, notices);
            }
        }
    }

    private EncoderName requireSome(Optional<EncoderName> encoder) {
        return encoder.orElseThrow(() -> new RefusalException("Topic " + topic.name()
                + " holds no embedding by the encoder with digest " + digest
                + "; name another with --encoder-digest"));
    }

    private static Outcome search(
            Nearest vectors,
            EncoderName encoder,
            Tally tally,
            Function<Nearest, float[]> query,
            int top,
            PrintWriter notices) {
        notices.println("Searching in " + tally.inWords(encoder));
        notices.flush();
        List<Result> results = vectors.nearest(query.apply(vectors), top).stream()
                .map(found -> new Result(
                        new Entry(
                                found.item().id(),
                                found.item().source(),
                                found.item().label(),
                                found.item().className()),
                        found.cosine()))
                .toList();
        return new Outcome(results, encoder, tally.taken(), tally.others());
    }
}
