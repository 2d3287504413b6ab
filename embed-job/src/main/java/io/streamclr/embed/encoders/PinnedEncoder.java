package io.streamclr.embed.encoders;

import io.streamclr.process.place.Place;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncoderPublished;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.form.FileDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An encoder that somebody asks for, whatever is newer.
 *
 * @param run that trained it
 * @param step that it was saved at, 0 or more
 */
public record PinnedEncoder(String run, long step) {

    /** @throws RefusalException if the text is not RUN@STEP */
    public static PinnedEncoder of(String text) {
        int at = text.lastIndexOf('@');
        try {
            if (at > 0) {
                return new PinnedEncoder(text.substring(0, at), Long.parseUnsignedLong(text.substring(at + 1)));
            }
        } catch (NumberFormatException noStep) {
            // said below
        }
        throw RefusalException.ofUsage("--pin is " + text + ", but is written RUN@STEP, such as demo@1200");
    }

    /**
     * Where it lies: what its run announced last says where the run's folder is.
     *
     * @throws RefusalException if the run announced nothing, or has no such checkpoint any more
     */
    EncoderPublished among(List<EncoderPublished> newestFirst) {
        EncoderPublished last = newestFirst.stream()
                .filter(each -> each.getRunId().equals(run))
                .findFirst()
                .orElseThrow(() -> new RefusalException("Run " + run + " has announced no encoder, so " + run + "@"
                        + step + " cannot be found; check --pin and --encoders-topic"));
        if (last.getStep() == step) {
            return last;
        }
        Path checkpoint = Place.of(last.getLocation()).toAbsolutePath().getParent();
        Path archive = SavedSteps.require(checkpoint.getParent(), step).resolve(EncoderFiles.TORCHSCRIPT);
        try {
            return EncoderPublished.newBuilder(last)
                    .setStep(step)
                    .setLocation(archive.toUri().toString())
                    .setDigest(FileDigest.of(archive))
                    .setPublishedAt(Files.getLastModifiedTime(archive).toInstant())
                    .setScores(Map.of())
                    .setFiles(List.of())
                    .build();
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "The encoder " + archive + " cannot be read: " + FileFault.of(unreadable) + "; check --pin",
                    unreadable);
        }
    }
}
