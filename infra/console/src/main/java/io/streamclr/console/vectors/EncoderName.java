package io.streamclr.console.vectors;

import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.record.ImageEmbedding;

/**
 * The encoder that made an embedding.
 *
 * @param digest SHA-256 of the encoder file, in hexadecimal digits: encoders of one digest are the same
 * @param run the run that trained it
 * @param step the step that it was published at
 */
public record EncoderName(String digest, String run, long step) {

    private static final int SHORT = 12;

    static EncoderName of(ImageEmbedding embedding) {
        return new EncoderName(embedding.getDigest(), embedding.getRunId(), embedding.getStep());
    }

    /** The beginning of the digest, for names and sentences. */
    public String shortDigest() {
        return digest.substring(0, Math.min(SHORT, digest.length()));
    }

    /** Such as {@code run@1200 (0123456789ab)}, on one line. */
    public String inWords() {
        return OneLine.of(run) + "@" + step + " (" + OneLine.of(shortDigest()) + ")";
    }
}
