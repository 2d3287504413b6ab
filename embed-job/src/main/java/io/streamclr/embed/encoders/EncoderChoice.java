package io.streamclr.embed.encoders;

import io.streamclr.process.place.Place;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncoderPublished;
import io.streamclr.schemas.record.EncoderSwitch;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Makes an entry of the log of a published encoder that passes, once it is kept.
 *
 * @param gate which encoders pass
 * @param shelf place where they are kept
 * @param delay milliseconds from an entry to its effect, 0 or more
 */
public record EncoderChoice(Gate gate, String shelf, long delay) implements Serializable {

    /**
     * The entry of an encoder, which is kept then; empty if it does not pass.
     *
     * @throws RefusalException if it cannot be read or kept
     */
    public Optional<EncoderSwitch> of(EncoderPublished published) {
        if (!gate.passes(published)) {
            return Optional.empty();
        }
        Path archive = Place.of(published.getLocation());
        EncoderShelf.at(shelf).keep(archive, published.getDigest());
        return Optional.of(entry(published, false));
    }

    EncoderSwitch entry(EncoderPublished published, boolean pinned) {
        return new EncoderSwitch(
                published.getRunId(),
                published.getStep(),
                published.getDigest(),
                published.getLocation(),
                published.getScores(),
                published.getPublishedAt(),
                delay,
                pinned);
    }
}
