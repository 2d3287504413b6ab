package io.streamclr.console.drift;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.vectors.EncoderName;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * One comparison of a window with the reference.
 *
 * @param at where the window ends
 * @param encoder whose embeddings were compared
 * @param ofRange whether the reference is of the stretch of time that was asked for, and not the encoder's first images
 * @param referenceImages in the sample of the reference
 * @param windowImages in the sample of the window
 * @param found empty where either has fewer images than {@link DriftPlan#FEWEST_IMAGES}
 */
public record DriftReading(
        Instant at,
        EncoderName encoder,
        boolean ofRange,
        int referenceImages,
        int windowImages,
        Optional<Discrepancy> found) {

    /** On one line. */
    public String inWords() {
        String compared = String.format(
                Locale.ROOT,
                "%d images of the window and %d of the reference (%s), encoder %s",
                windowImages,
                referenceImages,
                ofRange ? "the time given" : "the encoder's first",
                encoder.inWords());
        return found.map(each -> figures(each) + ": " + compared)
                .orElse("Too few images to say anything, because " + DriftPlan.FEWEST_IMAGES + " are needed of each: "
                        + compared);
    }

    /** Such as {@code MMD^2 0.00123, p 0.012}. */
    static String figures(Discrepancy found) {
        return String.format(Locale.ROOT, "MMD^2 %.5f, p %.4g", found.mmd2(), found.pValue());
    }

    /** For programs; what was not computed is null. */
    public ObjectNode object() {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("at", at.toString());
        object.put("mmd2", found.map(Discrepancy::mmd2).orElse(null));
        object.put("p_value", found.map(Discrepancy::pValue).orElse(null));
        object.put("window_images", windowImages);
        object.put("reference_images", referenceImages);
        object.put("reference", ofRange ? "range" : "first");
        object.put("encoder", encoder.digest());
        object.put("run", encoder.run());
        object.put("step", encoder.step());
        return object;
    }
}
