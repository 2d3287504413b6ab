package io.streamclr.console.vectors;

import java.util.Locale;

/**
 * What a reader met in topic {@code embeddings}.
 *
 * @param taken embeddings that it was given
 * @param others embeddings of other encoders
 * @param repeated embeddings that it had met before
 * @param foreign records that are no embeddings, or whose vector is damaged
 */
public record Tally(long taken, long others, long repeated, long foreign) {

    /** Such as {@code 1,200 embeddings by run@1200 (0123456789ab); 300 of other encoders were left out}. */
    public String inWords(EncoderName encoder) {
        return String.format(Locale.ROOT, "%,d embedding%s by ", taken, taken == 1 ? "" : "s")
                + encoder.inWords()
                + String.format(
                        Locale.ROOT, "; %,d of other encoders %s left out", others, others == 1 ? "was" : "were")
                + passedOver();
    }

    /** What to add to a sentence where records were passed over; empty where none was. */
    public String passedOver() {
        return foreign == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", and %,d record%s passed over that %s no embedding%s",
                        foreign,
                        foreign == 1 ? " was" : "s were",
                        foreign == 1 ? "is" : "are",
                        foreign == 1 ? "" : "s");
    }
}
