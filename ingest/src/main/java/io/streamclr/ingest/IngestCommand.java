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
        description = "Sends images into the topic of images, each content once.",
        footer = {
            "",
            "A place is a folder (with all folders in it), a tar file in WebDataset form (.tar, .tar.gz, .tar.bz2,"
                    + " .tar.xz, .tar.zst: key.jpg with key.cls, key.json and key.txt beside it), a zip file, a Parquet file with a column of images"
                    + " (Hugging Face: a struct of bytes and path; column label), a file of IDX images (MNIST,"
                    + " Fashion-MNIST; its labels are found beside it), the binary files of CIFAR-10 and CIFAR-100, or"
                    + " one image file. It may also be a URI such as s3://BUCKET/FOLDER, where a java.nio.file provider"
                    + " for it is in STREAMCLR_CLASSPATH. Files whose name and first bytes do not say image are"
                    + " skipped, as are names that begin with a dot; what is skipped or cannot be read is counted, and the"
                    + " first of each kind are named at the end. A broken image is sent all the same: the augment job sets it aside with the reason.",
            "",
            "An image is known by the digest of its bytes, which is also its Kafka key. Before it sends, the command"
                    + " reads the whole topic once for the keys that are there, and keeps them in memory (at most 43 bytes"
                    + " per image; 10 million images take 270 MB). So a second run adds nothing, and a run that was"
                    + " stopped is simply repeated. Others may send into the topic at the same time, the same images"
                    + " too: each is there once, whoever sends it. They take turns of about a second.",
            "",
            "Names of files and entries are listed before the first image is sent, about 50 bytes of memory each; a tar"
                    + " file that is compressed, Parquet and IDX files are read from front to back, and up to 128 MiB of"
                    + " their images wait in memory, from which the next is drawn. Of a larger one that is sorted, images"
                    + " are therefore not mixed enough, and the command says so.",
            "",
            "Videos are skipped without --fps. With it, ffmpeg, which must be installed, takes pictures of them: the"
                    + " bytes that 'ffmpeg -i VIDEO -vf fps=N:round=up -q:v 2 %%06d.jpg' writes. Neighbours look alike;"
                    + " --skip-near-duplicates leaves out those that nothing happens between."
        })
public final class IngestCommand implements Callable<Integer> {

    /** How long a stop waits for what is under way. */
    private static final Duration LAST_IMAGES = Duration.ofSeconds(150); // Kafka's client gives up after 120

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "PLACE", arity = "0..*", description = "Where the images are.")
    private List<String> places = List.of();

    @Option(
            names = "--watch",
            paramLabel = "DIR",
            description = "Send what is in this folder and whatever arrives there, until Ctrl-C. A file that is moved"
                    + " into the folder is sent at once, one that is written there when it has settled. Each file takes"
                    + " about 260 bytes of memory for as long as it lies there.")
    private Optional<String> watched;

    @Option(
            names = "--settle",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "How long a file that is written in a watched folder must not change to be complete (default:"
                    + " ${DEFAULT-VALUE}).")
    private double settleSeconds;

    @Option(
            names = "--list",
            paramLabel = "FILE",
            description = "Send what this file names, one path or http(s) address a line; - is the standard input."
                    + " Two requests at a time go to one host, 16 in all.")
    private Optional<String> list;

    @Option(
            names = "--allow-private-addresses",
            description = "Let addresses in --list lead into this machine's own network; without it only public ones"
                    + " are fetched.")
    private boolean allowPrivateAddresses;

    @Option(
            names = "--fps",
            paramLabel = "N",
            description = "Send videos that are found as well, N pictures of each second; may be a fraction (default:"
                    + " videos are skipped).")
    private Optional<Double> framesPerSecond;

    @Option(
            names = "--in-order",
            description =
                    "Send images in the order in which they lie there, folder after folder. Without it they are sent"
                            + " in a random order, in which a training sees all of them mixed; what is watched, and a list on the"
                            + " standard input, comes in its own order always.")
    private boolean inOrder;

    @Option(
            names = "--shuffle-seed",
            paramLabel = "SEED",
            defaultValue = "1",
            description = "Another seed is another random order; the same place and seed give the same one (default:"
                    + " ${DEFAULT-VALUE}).")
    private long shuffleSeed;

    @Option(
            names = "--labels",
            paramLabel = "WAY",
            defaultValue = "auto",
            description =
                    "Classes of images by the folders that they lie in, which training does not use and probes need:"
                            + " auto takes them where every image lies exactly one folder deep, below train, val, test and the"
                            + " like too, and there are two folders at least; folders takes the first folder of each image"
                            + " whatever lies below it; none does not (default: ${DEFAULT-VALUE}). Classes are numbered by"
                            + " their names, from 0 on. In --watch only folders counts, and classes have names and no numbers.")
    private Labels labels;

    @Mixin
    private TopicOptions topic;

    @Option(
            names = "--rate",
            paramLabel = "N",
            description = "Send at most N images per second, evenly spread, as a camera would; may be a fraction"
                    + " (default: as fast as it goes).")
    private Optional<Double> rate;

    @Option(
            names = "--limit",
            paramLabel = "N",
            description = "Stop after N images were sent, a fair sample without --in-order, else the first; images that"
                    + " the topic has do not count (default: no limit).")
    private Optional<Long> limit;

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
            throw new RefusalException(
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
                ProgressDisplay display = System.console() != null
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
            throw new RefusalException(
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
                .put("alreadyThere", report.alreadyThere())
                .put("duplicates", report.duplicates())
                .put("nearDuplicates", report.nearDuplicates())
                .put("unreadable", report.unreadable())
                .put("skipped", report.skipped())
                .put("bytes", report.bytes())
                .put("seconds", report.elapsed().toMillis() / 1e3)
                .put("imagesPerSecond", report.imagesPerSecond());
        report.troubles().forEach(object.putArray("troubles")::add);
        ArrayNode skipped = object.putArray("skippedBecause");
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
