package io.streamclr.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.metrics.MetricsEndpoint;
import io.streamclr.schemas.topic.KafkaConnection;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code streamclr ingest}: sends images from folders and archives into topic {@code images}. */
@Command(
        name = "ingest",
        sortOptions = false,
        description = "Sends images into the topic of images, each content once.",
        footer = {
            "",
            "A path is a folder (with all folders in it), a tar file in WebDataset form (.tar, .tar.gz: key.jpg with"
                    + " key.cls, key.json and key.txt beside it), a file of IDX images (MNIST, Fashion-MNIST; its labels"
                    + " are found beside it), or one image file. Files whose name and first bytes do not say image are"
                    + " skipped, as are names that begin with a dot; empty and unreadable files are counted and named"
                    + " at the end. A broken image is sent all the same: the augment job sets it aside with the reason.",
            "",
            "An image is known by the digest of its bytes, which is also its Kafka key. Before it sends, the command"
                    + " reads the whole topic once for the keys that are there, and keeps them in memory (at most 43 bytes"
                    + " per image; 10 million images take 270 MB). So a second run adds nothing, and a run that was"
                    + " stopped is simply repeated."
        })
public final class IngestCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR_OR_FILE", arity = "1..*", description = "Where the images are.")
    private List<Path> paths;

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "Address of the Kafka broker; may stand in the --kafka-config file instead.")
    private Optional<String> bootstrapServer;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Kafka client properties, for TLS and SASL; also the place for passwords.")
    private Optional<Path> kafkaConfig;

    @Option(
            names = "--images-topic",
            paramLabel = "NAME",
            defaultValue = "images",
            description = "Topic to send into (default: ${DEFAULT-VALUE}).")
    private String topic;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Send at most N images per second, evenly spread, as a camera would; may be a fraction"
                    + " (default: as fast as it goes).")
    private Optional<Double> rate;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Stop after N images were sent; images that the topic has do not count (default: no limit).")
    private Optional<Long> limit;

    @Option(
            names = "--attribute",
            paramLabel = "NAME=VALUE",
            description = "Put this on every image sent, for whoever reads the topic later; may be given many times.")
    private Map<String, String> attributes = new LinkedHashMap<>();

    @Option(
            names = "--no-check",
            description =
                    "Do not read the topic first, for a topic too large for that: images that it has are then sent"
                            + " again.")
    private boolean noCheck;

    @Mixin
    private MetricsOptions metrics;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and end.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Option(names = "--json", description = "Print the totals as one JSON object on the last line.")
    private boolean json;

    /** @throws RefusalException if something is wrong that the user can mend */
    @Override
    public Integer call() {
        IngestConfig config = new IngestConfig(
                paths,
                KafkaConnection.from(bootstrapServer, kafkaConfig),
                topic,
                rate.orElse(Double.POSITIVE_INFINITY),
                limit.orElse(Long.MAX_VALUE),
                attributes,
                !noCheck);
        IngestReport report;
        try (MetricsEndpoint counted = metrics.open();
                ProgressDisplay display = System.console() != null
                        ? ProgressDisplay.bar()
                        : ProgressDisplay.lines(spec.commandLine().getErr(), System::nanoTime)) {
            report = Ingest.run(config, display, counted.registry());
        }
        PrintWriter out = spec.commandLine().getOut();
        print(report, out);
        if (json) {
            out.println(asJson(report));
        }
        out.flush();
        return 0;
    }

    private static void print(IngestReport report, PrintWriter out) {
        report.troubles().forEach(trouble -> out.println("unreadable: " + trouble));
        if (report.unreadable() > report.troubles().size()) {
            out.println("unreadable: and "
                    + (report.unreadable() - report.troubles().size()) + " more");
        }
        if (report.looked() == report.skipped()) {
            out.println("There was no image under these paths.");
        }
        out.println(String.format(
                Locale.ROOT,
                "%,d images sent (%.1f MB, %,.0f images/s in %.1f s); %,d already there, %,d duplicates, %,d unreadable,"
                        + " %,d skipped as no images",
                report.sent(),
                report.bytes() / 1e6,
                report.imagesPerSecond(),
                report.elapsed().toMillis() / 1e3,
                report.alreadyThere(),
                report.duplicates(),
                report.unreadable(),
                report.skipped()));
    }

    private static String asJson(IngestReport report) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode object = mapper.createObjectNode()
                .put("sent", report.sent())
                .put("alreadyThere", report.alreadyThere())
                .put("duplicates", report.duplicates())
                .put("unreadable", report.unreadable())
                .put("skipped", report.skipped())
                .put("bytes", report.bytes())
                .put("seconds", report.elapsed().toMillis() / 1e3)
                .put("imagesPerSecond", report.imagesPerSecond());
        report.troubles().forEach(object.putArray("troubles")::add);
        try {
            return mapper.writeValueAsString(object);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A tree of numbers and texts is always JSON", impossible);
        }
    }
}
