package io.streamclr.trainer.run;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.card.EncoderCard;
import io.streamclr.trainer.card.EncoderFacts;
import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.checkpoint.RunFolder;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.feed.Feed;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.watch.OldDataFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run that goes on from a checkpoint of another one, which is only read and may be at work. So an encoder of a run
 * without end can be cooled down and published while the run goes on.
 *
 * @param run the other run
 * @param trunk its folder
 * @param step of its checkpoint
 * @param journal settings of the other run
 */
public record Branch(String run, Path trunk, long step, RunJournal journal) {

    private static final Pattern PLACE = Pattern.compile("(.+)@(\\d{1,18})");

    /**
     * Finds the checkpoint.
     *
     * @param place as the command line has it: RUN@STEP
     * @throws RefusalException if it is not written so, or the run kept no journal
     */
    public static Branch of(String place, Path checkpoints, KafkaConnection kafka) {
        Matcher parts = PLACE.matcher(place);
        if (!parts.matches()) {
            throw RefusalException.ofUsage("The checkpoint '" + place.replaceAll("\\p{Cntrl}", "?")
                    + "' cannot be found; name it RUN@STEP, such as simclr@5000");
        }
        TrainConfig.requireRun(parts.group(1));
        Path trunk = checkpoints.resolve(parts.group(1));
        return new Branch(
                parts.group(1),
                trunk,
                Long.parseLong(parts.group(2)),
                RunJournal.read(checkpoints, parts.group(1), kafka));
    }

    /** The settings of the other run. */
    public TrainConfig settings() {
        return journal.settings();
    }

    /**
     * Puts the checkpoint into the branch's folder under its name, if the branch has not begun.
     *
     * @throws RefusalException if there is no such checkpoint, naming those that are, or views that come next after it were
     *     deleted; the branch then has no folder
     */
    public void begin(TrainConfig config) {
        if (!SavedSteps.in(config.folder()).isEmpty()) {
            return;
        }
        // A device that is not there is found before the branch has a folder.
        config.computing().open().close();
        Architecture architecture = Architecture.of(config.learning().network());
        Checkpoint from = Checkpoint.read(trunk, step, architecture);
        FeedPosition next = FeedPosition.decode(from.feedPosition()).ofRun(config.runId());
        requireViews(config, next);
        Checkpoint ofBranch = new Checkpoint(
                architecture,
                from.origin().ofRun(config.runId()),
                from.pairs(),
                from.settings(),
                from.rounding(),
                from.rate(),
                next.encoded(),
                from.values(),
                from.optimiser());
        try (RunFolder folder = RunFolder.open(config.folder(), config.saving().keep())) {
            Path trunks = SavedSteps.place(trunk, step);
            folder.save(
                    ofBranch,
                    MemoryFile.copyOf(trunks)
                            .and(OldDataFile.of(() -> OldDataFile.read(Optional.of(trunks))))
                            .and(EncoderCard.of(new EncoderFacts(config, from.pairs(), next, Map.of()))));
        }
    }

    /** A branch has logged no batch yet from which its views could be rendered again. */
    private void requireViews(TrainConfig config, FeedPosition next) {
        try {
            Feed.requireViews(config.feed(), next);
        } catch (RefusalException gone) {
            throw new RefusalException(
                    "Run " + config.runId() + " cannot branch off at " + run + "@" + step + ": " + gone.getMessage(),
                    gone);
        }
    }
}
