package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.process.port.ServerPort;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.trainer.run.FirstEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong is reported in one sentence (what, why, what to do), with an exit code and without a stack trace. */
@ExtendWith(RealBroker.class)
class RefusalTest {

    @TempDir
    Path folder;

    @Test
    void anUnknownOptionIsNamed() {
        Command command = Command.run("train", "--bacth", "64");

        assertThat(command.exitCode()).isEqualTo(2);
        assertThat(command.errors())
                .startsWith("streamclr: Unknown option")
                .contains("--bacth")
                .contains("Try 'streamclr train --help'.");
        assertThat(command.output()).isEmpty();
    }

    @Test
    void aBrokerThatDoesNotAnswerIsNamedByEveryCommand() throws Exception {
        int closed = ServerPort.free();
        String address = "127.0.0.1:" + closed;
        Pictures.write(folder.resolve("pictures"), 1, 8);
        List<String[]> commands = List.of(
                new String[] {"ingest", folder.resolve("pictures").toString(), "--bootstrap-server", address},
                new String[] {"augment", "--bootstrap-server", address},
                new String[] {"train", "--bootstrap-server", address, "--checkpoints", folder.toString()},
                new String[] {"topics", "list", "--bootstrap-server", address},
                new String[] {"views", "show", "--bootstrap-server", address});

        // Side by side, because each of them waits for its answer.
        List<Command> ended = new ArrayList<>();
        ExecutorService each = Executors.newFixedThreadPool(commands.size());
        try {
            List<Future<Command>> running = new ArrayList<>();
            for (String[] words : commands) {
                running.add(each.submit(() -> Command.run(words)));
            }
            for (Future<Command> command : running) {
                ended.add(command.get());
            }
        } finally {
            each.shutdownNow();
        }

        assertThat(ended).hasSize(commands.size());
        assertThat(ended)
                .allSatisfy(command -> assertRefused(
                        command,
                        "No Kafka broker answers at " + address + " within 15 seconds; check that it runs and that"
                                + " --bootstrap-server and --kafka-config fit it"));
    }

    @Test
    void aMissingFolderIsNamed() {
        Path missing = folder.resolve("none");

        assertRefused(
                Command.run("ingest", missing.toString(), "--bootstrap-server", RealBroker.address()),
                "There is no folder or file " + missing + "; check the path");
    }

    @Test
    void aMissingTopicIsNamedWithTheCommandThatMakesIt() {
        assertRefused(
                Command.run("augment", "--bootstrap-server", RealBroker.address(), "--images-topic", "nowhere"),
                "Topic nowhere does not exist at " + RealBroker.address()
                        + "; create it with 'streamclr topics create'");
    }

    @Test
    void topicsOfDifferentPartitionsDoNotGoTogether() {
        RealBroker.create(Topic.IMAGES, "uneven.images", 3);
        RealBroker.create(Topic.VIEWS, "uneven.views", 2);
        RealBroker.create(Topic.IMAGES_REJECTED, "uneven.rejects", 3);

        assertRefused(
                Command.run(
                        "augment",
                        "--bootstrap-server",
                        RealBroker.address(),
                        "--images-topic",
                        "uneven.images",
                        "--views-topic",
                        "uneven.views",
                        "--rejects-topic",
                        "uneven.rejects"),
                "Topic uneven.images has 3 partitions and uneven.views has 2, but partition p of one becomes partition"
                        + " p of the other; give them the same number (a topic whose content can be made again is best"
                        + " deleted and created anew)");
    }

    @Test
    void aForeignRecordAmongTheViewsStopsTheTrainerWithItsPlace() throws Exception {
        RealBroker.create(Topic.VIEWS, "foreign.views", 1);
        RealBroker.create(Topic.BATCHES, "foreign.batches", 1);
        RealBroker.create(Topic.ENCODERS, "foreign.encoders", 1);
        RealBroker.send("foreign.views", 0, null, "{\"json\":1}".getBytes(StandardCharsets.UTF_8));

        Command command = Command.run(
                "train",
                "--bootstrap-server",
                RealBroker.address(),
                "--views-topic",
                "foreign.views",
                "--batches-topic",
                "foreign.batches",
                "--encoders-topic",
                "foreign.encoders",
                "--checkpoints",
                folder.toString(),
                "--batch-size",
                "2");

        assertThat(command.exitCode()).isEqualTo(1);
        assertThat(command.errors())
                .contains("streamclr: ")
                .contains("foreign.views")
                .contains("partition 0")
                .contains("offset 0")
                .contains("not a ViewPair")
                .doesNotContain("\tat ");
    }

    @Test
    void anEncoderThatIsNoneIsNamed() throws Exception {
        Path text = Files.writeString(folder.resolve("encoder.pt"), "hello");
        Pictures.write(folder.resolve("pictures"), 3, 28);

        Command command = Command.run(
                "embed",
                folder.resolve("pictures").toString(),
                "--encoder",
                text.toString(),
                "--size",
                "28",
                "--out",
                folder.resolve("h.npy").toString());

        assertThat(command.exitCode()).isEqualTo(1);
        assertThat(command.errors())
                .startsWith("streamclr: The file " + text + " is not a TorchScript archive")
                .doesNotContain("\tat ");
    }

    @Test
    void aRecipeThatMakesNoSenseIsNamed() {
        assertRefused(
                Command.run("augment", "--bootstrap-server", RealBroker.address(), "--recipe", "cifar,flip.p=2"),
                2,
                "The recipe's flip.p is '2', but it must be a number of at most 9 decimal places from 0 to 1");
    }

    /** No user, the superuser neither, can make anything in the file system of processes. */
    @Test
    void whatCannotBeWrittenIsSaidWithoutTheWordsOfJava() throws Exception {
        Pictures.write(folder.resolve("pictures"), 2, 28);
        String pictures = folder.resolve("pictures").toString();
        Path encoder =
                FirstEncoder.writeUntrained(SmallTraining.config("unwritable", folder, 1), folder.resolve("encoder"));
        String[] train = ("train --bootstrap-server " + RealBroker.address()
                        + " --checkpoints /proc/none --batch-size 8 --chunk 16"
                        + " --block 2 --depth 18 --width 1/16 --stem small2 --stages 2")
                .split(" ");
        List<String[]> commands = List.of(
                new String[] {"decode", pictures, "--out", "/proc/none"},
                new String[] {"decode", pictures, "--out", pictures + "/00000.png/below"},
                new String[] {"probe", "--encoder", encoder.toString(), "--data", pictures, "--out", "/proc/none"},
                new String[] {"embed", pictures, "--encoder", encoder.toString(), "--size", "28", "--out", "/proc/a.npy"
                },
                train,
                new String[] {"experiment", "head", "--home", "/proc/none"},
                new String[] {"demo", "--home", "/proc/none"});

        for (String[] words : commands) {
            Command command = Command.run(words);

            assertThat(command.exitCode()).as(String.join(" ", words)).isEqualTo(1);
            assertThat(command.errors() + command.output())
                    .as(String.join(" ", words))
                    .contains("streamclr: ")
                    .doesNotContain("Exception", "java.", "\tat ");
        }
    }

    private static void assertRefused(Command command, String sentence) {
        assertRefused(command, 1, sentence);
    }

    private static void assertRefused(Command command, int exitCode, String sentence) {
        assertThat(command.errors()).endsWith("streamclr: " + sentence + System.lineSeparator());
        assertThat(command.exitCode()).isEqualTo(exitCode);
    }
}
