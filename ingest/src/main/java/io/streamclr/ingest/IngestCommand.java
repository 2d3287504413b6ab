package io.streamclr.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.streamclr.ingest.classes.Labels;
import io.streamclr.ingest.fetch.ListedImages;
import io.streamclr.ingest.fetch.ShuffledList;
import io.streamclr.ingest.fetch.WebImages;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.ingest.source.Reading;
import io.streamclr.ingest.source.Videos;
import io.streamclr.ingest.watch.WatchedFolder;
import io.streamclr.process.command.MetricsOptions;
import io.streamclr.process.command.Stoppable;
import io.streamclr.process.command.Terminal;
import io.streamclr.process.metrics.MetricsEndpoint;
import io.streamclr.process.place.Place;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code streamclr ingest}: sends images from wherever they are into topic {@code images}. */
@Command(
        name = "ingest",
        sortOptions = false,
        description = "Send images to the topic of images, without duplicates.",
        footer = {
            "",
            "PLACE is a directory (searched recursively), a WebDataset tar file (.tar, .tar.gz, .tar.bz2, .tar.xz,"
                    + " .tar.zst: key.jpg with key.cls, key.json and key.txt beside it), a zip file, a Parquet file"
                    + " with an image column (Hugging Face: a struct of bytes and path; column label), an IDX file"
                    + " (MNIST, Fashion-MNIST; its labels are found beside it), the binary files of CIFAR-10 and"
                    + " CIFAR-100, or one image file. It may also be a URI such as s3://BUCKET/DIR, if"
                    + " STREAMCLR_CLASSPATH has a java.nio.file provider for it. Files that are not images by name"
                    + " and first bytes are skipped, as are names that start with a dot; skipped and unreadable"
                    + " files are counted, and the first of each kind are listed at the end. A corrupt image is"
                    + " sent all the same: the augment job rejects it with the reason.",
            "",
            "An image is identified by the digest of its bytes, which is also its Kafka key. Before sending, the"
                    + " command reads the keys of the whole topic into memory (at most 43 bytes per image; 10"
                    + " million images take 270 MB). So a second run adds nothing, and an interrupted run is simply"
                    + " repeated. Several producers may send at the same time, even the same images: each image is"
                    + " stored once. They take turns of about a second.",
            "",
            "File and entry names are listed before the first image is sent, about 50 bytes of memory each. Compressed"
                    + " tar, Parquet and IDX files are read sequentially, through a shuffle buffer of up to 128 MiB"
                    + " of images. A larger file that is sorted is therefore not shuffled enough; the command warns"
                    + " of that.",
            "",
            "Videos are skipped without --fps. With it, ffmpeg, which must be installed, extracts frames: the bytes"
                    + " that 'ffmpeg -i VIDEO -vf fps=N:round=up -q:v 2 %%06d.jpg' writes. Consecutive frames look"
                    + " alike; --skip-near-duplicates skips those with little change."
        })
public final class IngestCommand implements Callable<Integer> {

    /** How long a stop waits for what is under way. */
    private static final Duration LAST_IMAGES = Duration.ofSeconds(150); // Kafka's client gives up after 120

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PLACE", arity = "0..*", description = "Images to send: see below.")
    private List<String> places = List.of();

    @Option(
            names = "--watch",
            paramLabel = "DIR",
            description = "Send the images in this directory and those that arrive there, until Ctrl-C. A file moved"
                    + " into it is sent at once, one written there once --settle has passed. Each file takes about 260"
                    + " bytes of memory while it is there.")
    private Optional<String> watched;

    @Option(
            names = "--settle",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "With --watch: a file is complete when it has not changed for this long (default:"
                    + " ${DEFAULT-VALUE}).")
    private double settleSeconds;

    @Option(
            names = "--list",
            paramLabel = "FILE",
            description = "Send the images that this file lists, one path or http(s) URL per line; - is standard"
                    + " input. At most 2 concurrent requests per host, 16 in all.")
    private Optional<String> list;

    @Option(
            names = "--allow-private-addresses",
            description = "With --list: also fetch from private network addresses; without it only public ones are"
                    + " fetched.")
    private boolean allowPrivateAddresses;

    @Option(
            names = "--fps",
            paramLabel = "N",
            description = "Also send N frames per second of videos; may be a fraction (default: videos are skipped).")
    private Optional<Double> framesPerSecond;

    @Option(
            names = "--in-order",
            description = "Send images in directory order instead of a random order, which mixes them for training."
                    + " --watch, and --list from standard input, always keep their order.")
    private boolean inOrder;

    @Option(
            names = "--shuffle-seed",
            paramLabel = "SEED",
            defaultValue = "1",
            description = "Random seed of the order; the same place and seed give the same order (default:"
                    + " ${DEFAULT-VALUE}).")
    private long shuffleSeed;

    @Option(
            names = "--labels",
            paramLabel = "auto|folders|none",
            defaultValue = "auto",
            description = "Labels from directory names, for probes (training does not use them): auto, if every image"
                    + " is exactly one directory deep (also below train, val, test and the like) and there are at"
                    + " least two directories; folders, always the first directory of each image; none. Classes are"
                    + " numbered by name, from 0. With --list classes have names but no numbers; so with --watch, where"
                    + " only folders has an effect (default: ${DEFAULT-VALUE}).")
    private Labels labels;

    @Mixin
    private TopicOptions topic;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Maximum images per second, evenly spaced, as from a camera; may be a fraction (default: no"
                    + " limit).")
    private Optional<Double> rate;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Stop after N images: a random sample, or with --in-order the first; images already in the"
                    + " topic do not count (default: no limit).")
    private Optional<Long> limit;

    @Mixin
    private MetricsOptions metrics;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Option(names = "--json", description = "Print the totals as one JSON object, on the last line.")
    private boolean json;

    /** @throws RefusalException if something is wrong that the user can fix */
    @Override
    public Integer call() throws Exception {
        try {
            send();
            return 0;
        } catch (OutOfMemoryError full) {
            throw LittleMemory.refusal(topic.reading().maxImageBytes(), full);
        }
    }

    private void send() throws Exception {
        if ((places.isEmpty() ? 0 : 1) + (watched.isPresent() ? 1 : 0) + (list.isPresent() ? 1 : 0) != 1) {
            throw RefusalException.ofUsage(
                    "It is not clear what to send; name places, or one folder with --watch, or one file with --list");
        }
        Reading reading = topic.reading()
                .with(labels)
                .with(framesPerSecond.map(Videos::pictured).orElseGet(Videos::skipped));
        IngestConfig config = new IngestConfig(
                places.stream().map(Place::of).toList(),
                topic.kafka(),
                topic.topic(),
                rate.orElse(Double.POSITIVE_INFINITY),
                limit.orElse(Long.MAX_VALUE),
                topic.attributes(),
                reading,
                topic.knowledge(),
                inOrder || watched.isPresent() ? OptionalLong.empty() : OptionalLong.of(shuffleSeed));
        if (watched.isPresent()) {
            watch(Place.of(watched.get()), config);
        } else if (list.isPresent()) {
            WebImages.Manners manners = WebImages.Manners.usual();
            WebImages web = new WebImages(
                    allowPrivateAddresses ? manners.allowingPrivateAddresses() : manners, Clock.systemUTC());
            try (ImageSource listed = new ListedImages(openList(list.get(), config), web, reading)) {
                tell(shown((listener, meters) -> Ingest.run(config, listed, listener, meters)));
            }
        } else {
            tell(shown((listener, meters) -> Ingest.run(config, listener, meters)));
        }
    }

    private IngestReport shown(BiFunction<IngestListener, MeterRegistry, IngestReport> run) {
        try (MetricsEndpoint counted = metrics.open();
                ProgressDisplay display = Terminal.isThere()
                        ? ProgressDisplay.bar()
                        : ProgressDisplay.lines(spec.commandLine().getErr(), System::nanoTime)) {
            return run.apply(display, counted.registry());
        }
    }

    private static InputStream openList(String name, IngestConfig config) {
        try {
            if (name.equals("-")) {
                return System.in;
            }
            InputStream file = Files.newInputStream(Place.of(name));
            return config.shuffleSeed().isPresent()
                    ? ShuffledList.of(file, config.shuffleSeed().getAsLong())
                    : file;
        } catch (IOException unreadable) {
            throw new RefusalException("The list " + name + " cannot be read; check the path", unreadable);
        }
    }

    private void watch(Path folder, IngestConfig config) throws Exception {
        if (!(settleSeconds > 0 && settleSeconds <= 86_400)) {
            throw RefusalException.ofUsage(
                    "--settle is " + settleSeconds + ", but it must be above 0 seconds and at most a day");
        }
        Duration settling = Duration.ofMillis((long) Math.ceil(settleSeconds * 1000));
        try (WatchedFolder source = WatchedFolder.at(folder, settling, Clock.systemUTC(), config.reading())) {
            Stoppable.work(LAST_IMAGES, source::stop, () -> {
                spec.commandLine().getErr().println("Watching " + OneLine.of(folder.toString()) + "; Ctrl-C stops.");
                tell(shown((listener, meters) -> Ingest.run(config, source, listener, meters)));
                return 0;
            });
        }
    }

    private void tell(IngestReport report) {
        PrintWriter out = spec.commandLine().getOut();
        print(report, out);
        if (json) {
            out.println(asJson(report));
        }
        out.flush();
    }

    private static void print(IngestReport report, PrintWriter out) {
        report.troubles().forEach(trouble -> out.println("unreadable: " + trouble));
        if (report.unreadable() > report.troubles().size()) {
            out.println("unreadable: and "
                    + (report.unreadable() - report.troubles().size()) + " more");
        }
        report.skippedWhy()
                .forEach(skipped -> out.println(String.format(
                        Locale.ROOT,
                        "skipped: %,d, because each %s: %s%s",
                        skipped.count(),
                        skipped.why(),
                        String.join(", ", skipped.names()),
                        skipped.count() > skipped.names().size() ? ", ..." : "")));
        if (report.looked() == report.skipped()) {
            out.println("There was no image under these paths (videos count with --fps).");
        }
        out.println(String.format(
                Locale.ROOT,
                "%,d images sent (%.1f MB, %,.0f images/s in %.1f s); %,d already there, %,d duplicates,"
                        + " %,d near duplicates, %,d unreadable, %,d skipped as no images",
                report.sent(),
                report.bytes() / 1e6,
                report.imagesPerSecond(),
                report.elapsed().toMillis() / 1e3,
                report.alreadyThere(),
                report.duplicates(),
                report.nearDuplicates(),
                report.unreadable(),
                report.skipped()));
    }

    private static String asJson(IngestReport report) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode object = mapper.createObjectNode()
                .put("sent", report.sent())
                .put("already_there", report.alreadyThere())
                .put("duplicates", report.duplicates())
                .put("near_duplicates", report.nearDuplicates())
                .put("unreadable", report.unreadable())
                .put("skipped", report.skipped())
                .put("bytes", report.bytes())
                .put("seconds", report.elapsed().toMillis() / 1e3)
                .put("images_per_second", report.imagesPerSecond());
        report.troubles().forEach(object.putArray("troubles")::add);
        ArrayNode skipped = object.putArray("skipped_because");
        for (IngestReport.Skipped each : report.skippedWhy()) {
            ObjectNode one = skipped.addObject().put("why", each.why()).put("count", each.count());
            each.names().forEach(one.putArray("names")::add);
        }
        try {
            return mapper.writeValueAsString(object);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A tree of numbers and texts is always JSON", impossible);
        }
    }
}
