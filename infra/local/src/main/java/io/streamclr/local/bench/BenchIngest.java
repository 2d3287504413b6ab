package io.streamclr.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.local.broker.LocalBroker;
import io.streamclr.process.command.BrokerOptions;
import io.streamclr.schemas.topic.KafkaConnection;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr bench ingest}. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = {
            "Send images to Kafka by 'ingest', and the same messages, in turn, by a bare producer with the messages in"
                    + " memory: to a broker that is started for this, or to yours, where the topics are deleted"
                    + " afterwards.",
            "Prints images and megabytes per second of both, and their ratio; and the same for a producer with Kafka's"
                    + " default settings."
        })
final class BenchIngest implements Callable<Integer> {

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "Images to measure with, all of which must fit into memory (default: generated files of"
                    + " random bytes).")
    private Path images;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "5000",
            description = "Number of files to generate (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--bytes",
            paramLabel = "N",
            defaultValue = "60000",
            description = "Size of a generated file (default: ${DEFAULT-VALUE}, as a photograph of 500 x 375 pixels).")
    private int bytes;

    @Option(
            names = "--turns",
            paramLabel = "N",
            defaultValue = "3",
            description = "Measurements of each, after three to warm up (default: ${DEFAULT-VALUE}).")
    private int turns;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Directory of the broker and of generated files: on the disk to be measured, or in memory"
                    + " to measure all but the disk (default: the directory for temporary files).")
    private Path folder;

    @Mixin
    private BrokerOptions broker;

    @Option(names = "--json", description = "Print one JSON object instead of sentences.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (count < 1 || bytes < 1 || bytes > 8 << 20 || (long) count * bytes > 4L << 30 || turns < 1 || turns > 100) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--count and --bytes must be 1 or more and make 4 GiB at most, and --turns 1 to 100");
        }
        if (folder != null && !Files.isDirectory(folder)) {
            throw new ParameterException(spec.commandLine(), "There is no folder " + folder);
        }
        Path room = folder == null ? BenchFolder.make() : BenchFolder.makeIn(folder);
        Path from = images == null ? madeUp(room.resolve("images")) : images;
        IngestBenchmark intake = new IngestBenchmark(from, turns);
        if (broker.areGiven()) {
            show(intake.measure(broker.connection()));
        } else {
            // A deleted topic else lies on the disk for a minute, and a turn takes seconds.
            try (LocalBroker own = LocalBroker.start(room, Map.of("log.segment.delete.delay.ms", "1000"))) {
                show(intake.measure(KafkaConnection.to(own.bootstrapServers())));
            }
        }
        return 0;
    }

    private Path madeUp(Path folder) throws IOException {
        Files.createDirectory(folder);
        Random random = new Random(1);
        byte[] content = new byte[bytes];
        for (int i = 0; i < count; i++) {
            random.nextBytes(content);
            Files.write(folder.resolve(String.format(Locale.ROOT, "%07d.jpg", i)), content);
        }
        return folder;
    }

    private void show(IngestBenchmark.Figures figures) {
        PrintWriter printer = spec.commandLine().getOut();
        double megabytes = figures.messageBytes() / 1e6;
        double share = figures.imagesPerSecond() / figures.rawPerSecond();
        double ofPlain = figures.imagesPerSecond() / figures.plainPerSecond();
        if (json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            object.put("images_per_second", figures.imagesPerSecond());
            object.put("megabytes_per_second", figures.imagesPerSecond() * megabytes);
            object.put("producer_images_per_second", figures.rawPerSecond());
            object.put("producer_megabytes_per_second", figures.rawPerSecond() * megabytes);
            object.put("share", share);
            object.put("plain_producer_images_per_second", figures.plainPerSecond());
            object.put("share_of_plain_producer", ofPlain);
            object.put("images", figures.images());
            printer.println(object);
        } else {
            printer.printf(
                    "%,.0f images/s, %.1f MB/s by ingest; %,.0f images/s, %.1f MB/s by a bare producer with its settings:"
                            + " %.0f %%; %,.0f images/s by one with Kafka's: %.0f %%; of %,d images%n",
                    figures.imagesPerSecond(),
                    figures.imagesPerSecond() * megabytes,
                    figures.rawPerSecond(),
                    figures.rawPerSecond() * megabytes,
                    100 * share,
                    figures.plainPerSecond(),
                    100 * ofPlain,
                    figures.images());
        }
        printer.flush();
    }
}
