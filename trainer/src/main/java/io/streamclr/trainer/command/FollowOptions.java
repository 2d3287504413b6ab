package io.streamclr.trainer.command;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import io.streamclr.trainer.run.Branch;
import io.streamclr.trainer.run.RunReplay;
import io.streamclr.trainer.run.Training;
import io.streamclr.trainer.settings.RunLength;
import io.streamclr.trainer.settings.RunPlace;
import io.streamclr.trainer.settings.RunTopics;
import io.streamclr.trainer.settings.Schedule;
import io.streamclr.trainer.settings.TrainConfig;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options by which a run follows another one: repeats it, or goes on from one of its checkpoints. */
final class FollowOptions {

    /** What a run that repeats another, or branches off it, may set; all else is as in the other. */
    private static final Set<String> OF_BOTH = Set.of(
            "--replay",
            "--resume-from",
            "--bootstrap-server",
            "--kafka-config",
            "--views-topic",
            "--batches-topic",
            "--encoders-topic",
            "--images-topic",
            "--run",
            "--checkpoints",
            "--steps",
            "--save-every",
            "--keep",
            "--delete-consumed-views",
            "--probe-data",
            "--probe-every",
            "--probe-images",
            "--metrics-port",
            "--metrics-host",
            "--mlflow",
            "--mlflow-experiment",
            "--page-port",
            "--page-host",
            "--page-token-file",
            "--rejects-topic",
            "--config",
            "--json");

    /** What a branch may set besides. */
    private static final Set<String> OF_A_BRANCH = Set.of("--cool-down", "--cool-down-form");

    @Option(
            names = "--replay",
            paramLabel = "RUN",
            description = "Replay another run of the same --checkpoints as a new run named by --run: the same batches"
                    + " and settings, to the same weights.")
    private Optional<String> replay;

    @Option(
            names = "--resume-from",
            paramLabel = "RUN@STEP",
            description = "Resume from a checkpoint of another run as a new run named by --run; the other run is not"
                    + " changed. With --cool-down the learning rate decays to 0 over that many steps, and the run"
                    + " ends.")
    private Optional<String> resumeFrom;

    /** Whether they ask for anything. */
    boolean follows() {
        return replay.isPresent() || resumeFrom.isPresent();
    }

    /** Makes a training, where {@link TrainCommand} knows what else one needs. */
    interface Start {

        /** @param repetition the run that is repeated, if one is */
        Training training(TrainConfig config, Optional<RunReplay> repetition);
    }

    /**
     * The training that these options ask for; empty if they ask for none.
     *
     * @param command whose options were given
     * @param length of the run; no steps if nobody said
     * @param fall the form of its cool-down
     * @param start makes it
     */
    Optional<Training> training(CommandLine command, RunPlace place, RunLength length, Decay fall, Start start) {
        if (replay.isPresent() && resumeFrom.isPresent()) {
            throw new ParameterException(command, "--replay and --resume-from do not go together");
        }
        if (replay.isPresent()) {
            return Optional.of(repetition(command, replay.get(), place, length.steps(), start));
        }
        return resumeFrom.map(from -> branch(command, from, place, length, fall, start));
    }

    private static Training repetition(CommandLine command, String other, RunPlace place, long steps, Start start) {
        requireOptions(command, "--replay", other, Set.of());
        requireAnotherName(command, "repetition", other, place);
        RunTopics topics = place.topics();
        RunReplay repetition = RunReplay.of(other, place.saving().checkpoints(), topics.kafka(), topics.batches());
        if (steps > repetition.lastStep()) {
            throw new RefusalException("Run " + other + " ended at step " + repetition.lastStep()
                    + " and cannot be repeated to step " + steps + "; give --steps of at most that, or leave it out");
        }
        TrainConfig config = repetition.config(place, steps == 0 ? repetition.lastStep() : steps);
        return start.training(config, Optional.of(repetition)).startingFrom(repetition.startingEncoder());
    }

    private static Training branch(
            CommandLine command, String from, RunPlace place, RunLength length, Decay fall, Start start) {
        Branch branch =
                Branch.of(from, place.saving().checkpoints(), place.topics().kafka());
        requireOptions(command, "--resume-from", branch.run(), OF_A_BRANCH);
        requireAnotherName(command, "branch", branch.run(), place);
        long coolDown = length.coolDown();
        if (length.steps() > 0 && coolDown > 0) {
            throw new ParameterException(command, "a branch that cools down ends with --cool-down; leave out --steps");
        }
        TrainConfig settings = branch.settings().elsewhere(place.run(), place.topics(), place.saving());
        Schedule schedule = settings.learning()
                .schedule()
                .ending(coolDown > 0 ? branch.step() + coolDown : length.steps(), coolDown, fall);
        TrainConfig config = settings.by(schedule);
        branch.begin(config);
        return start.training(config, Optional.empty());
    }

    private static void requireOptions(CommandLine command, String how, String other, Set<String> more) {
        for (OptionSpec option : command.getParseResult().matchedOptions()) {
            if (!OF_BOTH.contains(option.longestName()) && !more.contains(option.longestName())) {
                throw new ParameterException(
                        command,
                        option.longestName() + " does not go with " + how + ", because run " + other + " decided that");
            }
        }
    }

    private static void requireAnotherName(CommandLine command, String what, String other, RunPlace place) {
        if (other.equals(place.run())) {
            throw new ParameterException(
                    command, "give the " + what + " of run " + other + " another name, with --run");
        }
    }
}
