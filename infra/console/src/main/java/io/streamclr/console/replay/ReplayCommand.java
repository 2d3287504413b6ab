package io.streamclr.console.replay;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.process.command.BrokerOptions;
import io.streamclr.process.command.PlaceConverter;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.feed.BatchReplay;
import io.streamclr.trainer.render.ImageTopicRenderer;
import io.streamclr.trainer.run.WeightVerification;
import io.streamclr.trainer.views.ViewRenderer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr replay}: what a run was trained on, made again and compared. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Rebuild the batches of a run and compare every byte.",
            "Reads the records of each step from the topic of batches and their views from the topic of views, renders"
                    + " expired views again from the topic of images, and compares each batch with its logged"
                    + " digest. With --train it also trains on them and compares the weights, bit for bit. The exit"
                    + " code is 1 if anything differs."
        },
        footer = {"", "To replay a whole run as a new run, use 'streamclr train --replay RUN --run NEW'."})
public final class ReplayCommand implements Callable<Integer> {

    /** As many differing steps and tensors are listed. */
    private static final int MOST_LISTED = 10;

    @Mixin
    private BrokerOptions broker;

    @Mixin
    private RunTopicOptions topics;

    @Option(
            names = "--views-topic",
            paramLabel = "TOPIC",
            defaultValue = "views",
            description = "Topic of view pairs that the run read (default: ${DEFAULT-VALUE}).")
    private String viewsTopic;

    @Option(
            names = "--run",
            paramLabel = "ID[/RANK]",
            required = true,
            description = "Name of the run to replay, of all its ranks if it had several; with /1 behind it the batches"
                    + " of rank 1 alone, and so on.")
    private String run;

    @Option(
            names = "--from-step",
            paramLabel = "A",
            defaultValue = "0",
            description = "Start after step A: the first batch is that of step A + 1; 0 is the beginning (default:"
                    + " ${DEFAULT-VALUE}).")
    private long from;

    @Option(names = "--to-step", paramLabel = "B", description = "The last step (default: the last that is logged).")
    private Optional<Long> to;

    @Option(
            names = "--train",
            description = "Train from the checkpoint of step A, with as many threads as the run had, and compare"
                    + " weights and optimiser state with the checkpoint of step B.")
    private boolean train;

    @Option(
            names = "--checkpoints",
            paramLabel = "DIR",
            defaultValue = "checkpoints",
            converter = PlaceConverter.class,
            description = "With --train: root directory of all runs, or a URI such as s3://BUCKET/DIR (default:"
                    + " ${DEFAULT-VALUE}).")
    private Path checkpoints;

    @Option(names = "--json", description = "Print the result as one JSON object, on the last line.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** Names of differing tensors, where weights were compared. */
    private record Weights(boolean compared, List<String> differing) {}

    @Override
    public Integer call() {
        if (from < 0 || to.orElse(Long.MAX_VALUE) <= from) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--from-step " + from + " must be 0 or more and below --to-step"
                            + to.map(step -> " " + step).orElse(""));
        }
        if (train && to.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--train needs --to-step, the step of the checkpoint to compare with");
        }
        if (train && run.contains("/")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--train trains on the batches of all ranks, and --run " + run + " has those of one; leave out "
                            + run.substring(run.indexOf('/')));
        }
        KafkaConnection kafka = broker.connection();
        long began = System.nanoTime();
        try (ViewRenderer renderer = new ImageTopicRenderer(kafka, topics.images());
                RunReplays replays = RunReplays.open(
                        kafka, topics.batches(), viewsTopic, run, from, to.orElse(Long.MAX_VALUE), renderer)) {
            List<String> differing = new ArrayList<>();
            Weights weights = train ? retrain(kafka, replays, differing) : make(replays, differing);
            double seconds = (System.nanoTime() - began) / 1e9;
            print(replays, differing, weights, seconds);
            return differing.isEmpty() && weights.differing().isEmpty() ? 0 : 1;
        }
    }

    private static Weights make(RunReplays replays, List<String> differing) {
        replays.each((batches, others) -> note(replays, batches, others, differing));
        return new Weights(false, List.of());
    }

    private Weights retrain(KafkaConnection kafka, RunReplays replays, List<String> differing) {
        try (WeightVerification again = WeightVerification.open(checkpoints, run, kafka, from, to.orElseThrow())) {
            replays.each((batches, others) -> {
                note(replays, batches, others, differing);
                again.train(batches);
            });
            return new Weights(true, again.differences());
        }
    }

    private static void note(RunReplays replays, List<Batch> batches, List<Integer> others, List<String> differing) {
        for (int rank : others) {
            long step = batches.get(rank).step();
            differing.add(replays.ranks() == 1 ? Long.toString(step) : step + " of rank " + rank);
        }
    }

    private void print(RunReplays replays, List<String> differing, Weights weights, double seconds) {
        PrintWriter out = spec.commandLine().getOut();
        long batches = replays.steps() * replays.ranks();
        long drawnAgain = replays.sum(BatchReplay::drawnAgain);
        long records = replays.sum(BatchReplay::records);
        long fromTopic = replays.sum(BatchReplay::read) - drawnAgain;
        if (json) {
            ObjectNode figures = new ObjectMapper().createObjectNode();
            figures.put("run", run);
            figures.put("from_step", from);
            figures.put("to_step", replays.lastStep());
            figures.put("ranks", replays.ranks());
            figures.put("batches", batches);
            figures.put("differing", differing.size());
            figures.put("pairs", records);
            figures.put("pairs_from_topic", fromTopic);
            figures.put("pairs_drawn_again", drawnAgain);
            figures.put("seconds", seconds);
            if (weights.compared()) {
                figures.put("weights_differing", weights.differing().size());
            }
            out.println(figures);
        } else {
            out.printf(
                    Locale.ROOT,
                    "run       %s, steps %,d to %,d%s%n",
                    run,
                    from + 1,
                    replays.lastStep(),
                    replays.ranks() == 1 ? "" : ", of " + replays.ranks() + " ranks");
            out.printf(
                    Locale.ROOT,
                    "batches   %,d made again, %s%n",
                    batches,
                    differing.isEmpty() ? "0 differ" : some("differ", differing));
            out.printf(
                    Locale.ROOT,
                    "pairs     %,d in these batches; their blocks: %,d from topic %s, %,d rendered again from %s%n",
                    records,
                    fromTopic,
                    viewsTopic,
                    drawnAgain,
                    topics.images());
            if (weights.compared()) {
                out.printf(
                        Locale.ROOT,
                        "weights   %s at step %,d%n",
                        weights.differing().isEmpty()
                                ? "equal to the last bit, the optimiser's state too,"
                                : some("tensors differ", weights.differing()),
                        replays.lastStep());
            }
            out.printf(Locale.ROOT, "seconds   %.1f%n", seconds);
        }
        out.flush();
    }

    private static String some(String what, List<?> differing) {
        String first = differing.stream()
                .limit(MOST_LISTED)
                .map(String::valueOf)
                .reduce((one, other) -> one + ", " + other)
                .orElseThrow();
        return differing.size() + " " + what + " (" + first + (differing.size() > MOST_LISTED ? ", ...)" : ")");
    }
}
