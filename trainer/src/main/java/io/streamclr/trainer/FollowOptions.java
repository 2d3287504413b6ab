package io.streamclr.trainer;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options by which a run follows another one: repeats it, or goes on from one of its checkpoints. */
final class FollowOptions {

    /** What a run that repeats another, or branches off it, may be told; all else is as the other was told. */
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
            "--probe-data",
            "--probe-every",
            "--probe-images",
            "--metrics-port",
            "--metrics-host",
            "--json");

    /** What a branch may be told beside. */
    private static final Set<String> OF_A_BRANCH = Set.of("--cool-down", "--cool-down-form");

    @Option(
            names = "--replay",
            paramLabel = "RUN",
            description = "Repeat another run of the same --checkpoints under the name --run: the same batches and"
                    + " settings, to the same weights.")
    private Optional<String> replay;

    @Option(
            names = "--resume-from",
            paramLabel = "RUN@STEP",
            description = "Go on from a checkpoint of another run under the name --run, and leave that one alone. With"
                    + " --cool-down the rate falls to 0 over so many steps, and then it ends.")
    private Optional<String> resumeFrom;

    /** Makes a training, where {@link TrainCommand} knows what else one needs. */
    interface Start {

        /** @param repetition the run that is repeated, if one is */
        Training training(TrainConfig config, Optional<Repetition> repetition);
    }

    /**
     * The training that these options ask for; empty if they ask for none.
     *
     * @param command whose options were given
     * @param places what the run is told of where it reads and writes, by component of its configuration
     * @param steps where it is to end; 0 if nobody said
     * @param start makes it
     */
    Optional<Training> training(
            CommandLine command,
            Map<String, Object> places,
            long steps,
            LearningOptions learning,
            KafkaConnection kafka,
            Start start) {
        if (replay.isPresent() && resumeFrom.isPresent()) {
            throw new ParameterException(command, "--replay and --resume-from do not go together");
        }
        Map<String, Object> changes = new HashMap<>(places);
        Path checkpoints = (Path) places.get("checkpoints");
        if (replay.isPresent()) {
            requireOptions(command, "--replay", replay.get(), Set.of());
            requireAnotherName(command, "repetition", replay.get(), places);
            String batchesTopic = (String) places.get("batchesTopic");
            return Optional.of(
                    repetition(Repetition.of(replay.get(), checkpoints, kafka, batchesTopic), changes, steps, start));
        }
        if (resumeFrom.isEmpty()) {
            return Optional.empty();
        }
        Branch branch = Branch.of(resumeFrom.get(), checkpoints, kafka);
        requireOptions(command, "--resume-from", branch.run(), OF_A_BRANCH);
        requireAnotherName(command, "branch", branch.run(), places);
        if (steps > 0 && learning.coolDownSteps() > 0) {
            throw new ParameterException(command, "a branch that cools down ends with --cool-down; leave out --steps");
        }
        changes.put("steps", learning.coolDownSteps() > 0 ? branch.step() + learning.coolDownSteps() : steps);
        changes.put("coolDownSteps", learning.coolDownSteps());
        changes.put("fall", learning.fall());
        TrainConfig config = branch.config(changes);
        branch.begin(config);
        return Optional.of(start.training(config, Optional.empty()));
    }

    private Training repetition(Repetition repetition, Map<String, Object> changes, long steps, Start start) {
        if (steps > repetition.lastStep()) {
            throw new RefusalException("Run " + replay.orElseThrow() + " ended at step " + repetition.lastStep()
                    + " and cannot be repeated to step " + steps + "; give --steps of at most that, or leave it out");
        }
        changes.put("steps", steps == 0 ? repetition.lastStep() : steps);
        changes.put("coolDownSteps", 0);
        return start.training(repetition.config(changes), Optional.of(repetition));
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

    private static void requireAnotherName(CommandLine command, String what, String other, Map<String, Object> places) {
        if (other.equals(places.get("runId"))) {
            throw new ParameterException(
                    command, "give the " + what + " of run " + other + " another name, with --run");
        }
    }
}
