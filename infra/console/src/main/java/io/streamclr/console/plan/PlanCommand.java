package io.streamclr.console.plan;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.process.command.DurationConverter;
import io.streamclr.process.command.OtherNames;
import io.streamclr.schemas.topic.ViewsRetention;
import io.streamclr.trainer.command.TrainCommand;
import io.streamclr.trainer.settings.MemoryNeed;
import io.streamclr.trainer.torch.TorchDevice;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr plan}: what feeds a card. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Estimate what a trainer needs: CPU cores for augmentation, partitions, network bandwidth, brokers, disks,"
                    + " and with --training its memory.",
            "Computed from benchmarks of one machine, which it names, or of yours (--measured)."
        })
public final class PlanCommand implements Callable<Integer> {

    @Option(
            names = "--gpu-pairs-per-second",
            paramLabel = "N",
            description = "View pairs per second of one trainer, or of each of its ranks (default: from the --measured"
                    + " file of 'bench train').")
    private Double pairsPerSecond;

    @Option(
            names = "--trainers",
            paramLabel = "N",
            defaultValue = "1",
            description = "Trainers that read the same views (default: ${DEFAULT-VALUE}).")
    private int trainers;

    @Option(
            names = "--ranks",
            paramLabel = "N",
            defaultValue = "1",
            description =
                    "Processes that train together, on one host or several: each reads partitions of its own, takes"
                            + " its part of each batch and exchanges embeddings and gradients with the others (default:"
                            + " ${DEFAULT-VALUE}).")
    private int ranks;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            required = true,
            description = "Height and width of the views, such as 224.")
    private int size;

    @Option(
            names = "--image-kilobytes",
            paramLabel = "KB",
            defaultValue = "60",
            description = "Average size of an encoded image, in kB (default: ${DEFAULT-VALUE}, a JPEG of 500x375).")
    private double imageKilobytes;

    @Option(
            names = "--images",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Images that are kept, without expiry (default: ${DEFAULT-VALUE}).")
    private long images;

    @Option(
            names = "--views-hours",
            paramLabel = "H",
            description = "Retention of views, in hours (default: what --trainer-absence needs).")
    private Double viewsHours;

    @Option(
            names = "--trainer-absence",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Longest time that a trainer is away, such as 2h; views are kept half as long again, as by"
                    + " 'topics create' (default: 4h, which keeps them 6 h).")
    private Duration absence;

    @Option(
            names = "--brokers",
            paramLabel = "N",
            defaultValue = "3",
            description = "Number of Kafka brokers (default: ${DEFAULT-VALUE}).")
    private int brokers;

    @Option(
            names = "--replication",
            paramLabel = "N",
            defaultValue = "3",
            description = "Replication factor (default: ${DEFAULT-VALUE}).")
    private int replication;

    @Option(
            names = "--network-megabytes",
            paramLabel = "MB/S",
            defaultValue = "1200",
            description = "Network bandwidth of a broker in each direction, in MB/s (default: ${DEFAULT-VALUE}, of 10"
                    + " Gbit/s).")
    private double networkMegabytes;

    @Option(
            names = "--disk-megabytes",
            paramLabel = "MB/S",
            defaultValue = "500",
            description = "Disk write bandwidth of a broker, in MB/s (default: ${DEFAULT-VALUE}).")
    private double diskMegabytes;

    @Option(
            names = "--training",
            paramLabel = "OPTIONS",
            description =
                    "Options of 'streamclr train' in one argument, such as \"--device gpu:0 --chunk 512\": says what"
                            + " memory such a trainer needs, of the host and of the card.")
    private Optional<String> training;

    @Option(
            names = "--measured",
            paramLabel = "FILE",
            description = "JSON output of 'bench pipeline', 'bench views' or 'bench train' on your machines; may be"
                    + " repeated (default: the figures of docs/performance.md).")
    private List<Path> measured = List.of();

    @Option(names = "--json", description = "Print one JSON object instead of sentences.")
    private boolean json;

    @Option(
            names = "--values",
            description = "Print values of the Helm chart for such a trainer, its job and its brokers, instead of"
                    + " sentences.")
    private boolean values;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        require(!json || !values, "give --json or --values, not both");
        Measurements measurements = measured.isEmpty() ? Measurements.shipped() : Measurements.of(measured);
        Demand demand = demand(measurements);
        Costs costs = measurements.costs(size);
        CapacityPlan plan = CapacityPlan.of(demand, costs);
        Optional<MemoryNeed> memory = training.map(this::memory);
        Optional<RankShare> share = memory.filter(need -> ranks > 1).map(RankShare::of);
        PrintWriter out = spec.commandLine().getOut();
        if (values) {
            new HelmValues(demand, plan, memory.map(need -> new HelmValues.Training(training.orElseThrow(), need)))
                    .print(out);
        } else if (json) {
            ObjectNode object = asJson(demand, costs, plan);
            memory.ifPresent(need -> put(object, need));
            share.ifPresent(each -> each.put(object, demand.pairsPerSecond()));
            out.println(object);
        } else {
            print(demand, costs, plan, out);
            memory.ifPresent(need -> print(need, out));
            share.ifPresent(each -> line(out, "exchange", "%s", each.line(demand.pairsPerSecond())));
        }
        out.flush();
        return 0;
    }

    private MemoryNeed memory(String options) {
        TrainCommand trainer = new TrainCommand();
        CommandLine line = new CommandLine(trainer).setCaseInsensitiveEnumValuesAllowed(true);
        OtherNames.addTo(line);
        try {
            line.parseArgs(options.isBlank() ? new String[0] : options.strip().split("\\s+"));
        } catch (ParameterException mistake) {
            throw new ParameterException(
                    spec.commandLine(), "--training '" + options.strip() + "': " + mistake.getMessage(), mistake);
        }
        require(
                trainer.ranks() == 1,
                "--training says --ranks " + trainer.ranks() + "; leave it out there, and give --ranks beside it");
        return trainer.memory(size, ranks);
    }

    private Demand demand(Measurements measurements) {
        double pairs = pairsPerSecond != null
                ? pairsPerSecond
                : measurements
                        .trainerPairsPerSecond()
                        .orElseThrow(() -> new ParameterException(
                                spec.commandLine(),
                                "give --gpu-pairs-per-second, or --measured with a file of 'bench train --json'"));
        require(pairs > 0 && pairs <= 1e9, "--gpu-pairs-per-second must be above 0 and at most a billion");
        require(size >= 8 && size <= 4096, "--size must be 8 to 4096 pixels");
        require(trainers >= 1 && trainers <= 1000, "--trainers must be 1 to 1000");
        require(ranks >= 1 && ranks <= 1000, "--ranks must be 1 to 1000");
        require(imageKilobytes > 0 && imageKilobytes <= 8192, "--image-kilobytes must be above 0 and at most 8192");
        require(images >= 0, "--images must be 0 or more");
        require(viewsHours == null || absence == null, "give --views-hours or --trainer-absence, not both");
        double hours = viewsHours != null
                ? viewsHours
                : ViewsRetention.of(absence == null ? ViewsRetention.USUAL_ABSENCE : absence)
                        .toHours();
        require(hours > 0 && hours <= 1e5, "--views-hours must be above 0 and at most 100000");
        require(brokers >= 1 && brokers <= 1000, "--brokers must be 1 to 1000");
        require(
                replication >= 1 && replication <= brokers,
                "--replication must be 1 to the number of --brokers, because no broker keeps two copies");
        require(networkMegabytes > 0 && diskMegabytes > 0, "--network-megabytes and --disk-megabytes must be above 0");
        return new Demand(
                ranks * pairs,
                trainers,
                ranks,
                size,
                1e3 * imageKilobytes,
                images,
                hours,
                replication,
                brokers,
                networkMegabytes,
                diskMegabytes);
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), otherwise);
        }
    }

    private static void print(Demand demand, Costs costs, CapacityPlan plan, PrintWriter out) {
        line(
                out,
                "demand",
                "%,.0f pairs/s for each of %d, %d pixels",
                demand.pairsPerSecond(),
                demand.trainers(),
                demand.size());
        line(
                out,
                "augmentation",
                "%d cores, %.0f %% busy (%.2f core-milliseconds a pair)",
                plan.augmentationCores(),
                100 * demand.pairsPerSecond() * plan.coreSecondsPerPair() / plan.augmentationCores(),
                1e3 * plan.coreSecondsPerPair());
        line(
                out,
                "partitions",
                "%d%s",
                plan.partitions(),
                demand.ranks() > 1 ? ", " + plan.partitions() / demand.ranks() + " for each rank" : "");
        line(
                out,
                "images",
                "%,.1f MB/s read; %,.2f TB kept, all copies",
                plan.imagesMegabytesPerSecond(),
                plan.imagesTerabytes());
        line(
                out,
                "views",
                "%,.1f MB/s written, and read by each trainer; %,.2f TB kept for %s h, all copies",
                plan.viewsMegabytesPerSecond(),
                plan.viewsTerabytes(),
                new DecimalFormat("0.#", DecimalFormatSymbols.getInstance(Locale.ROOT)).format(demand.viewsHours()));
        line(
                out,
                "brokers",
                "%d with %d cores in all and a disk of %,.2f TB each",
                demand.brokers(),
                plan.brokerCores(),
                plan.brokerTerabytes());
        for (CapacityPlan.Limit limit : plan.limits()) {
            line(out, "limit", "%s: %,.0f pairs/s", limit.resource(), limit.pairsPerSecond());
        }
        line(out, "figures", "%s", costs.command());
        if (demand.size() > costs.size()) {
            line(out, "", "measured at %d pixels and scaled by the area; measure yours", costs.size());
        }
    }

    private static void print(MemoryNeed need, PrintWriter out) {
        boolean card = !need.devices().get(0).equals(TorchDevice.CPU);
        line(
                out,
                need.ranks() > 1 ? "rank" : "trainer",
                "%s of the host, and a fifth more for what libraries take: %s off Java's heap, %s of it at checkpoints",
                MemoryNeed.gigabytes(need.hostBytes()),
                MemoryNeed.gigabytes(need.offHeapBytes()),
                MemoryNeed.gigabytes(need.heapBytes()));
        line(
                out,
                card ? "card" : "processor",
                "%s%s, and a fifth more likewise: of it %s for %s of %,d views",
                MemoryNeed.gigabytes(need.deviceBytes()),
                need.devices().size() > 1 ? " for each of " + need.devices().size() : "",
                MemoryNeed.gigabytes(need.chunkBytes()),
                need.chunks() == 1 ? "a chunk" : need.chunks() + " remembered chunks",
                need.chunkViews());
    }

    private static void put(ObjectNode object, MemoryNeed need) {
        object.putObject("trainer_memory")
                .put("host_bytes", need.hostBytes())
                .put("off_heap_bytes", need.offHeapBytes())
                .put("heap_bytes", need.heapBytes())
                .put("device_bytes", need.deviceBytes())
                .put("chunk_bytes", need.chunkBytes())
                .put("chunk_views", need.chunkViews());
    }

    private static void line(PrintWriter out, String name, String text, Object... values) {
        out.printf(Locale.ROOT, "%-14s %s%n", name, String.format(Locale.ROOT, text, values));
    }

    private static ObjectNode asJson(Demand demand, Costs costs, CapacityPlan plan) {
        ObjectNode object = new ObjectMapper().createObjectNode();
        object.put("pairs_per_second", demand.pairsPerSecond());
        object.put("size", demand.size());
        object.put("view_pair_bytes", plan.viewBytes());
        object.put("core_seconds_per_pair", plan.coreSecondsPerPair());
        object.put("augmentation_cores", plan.augmentationCores());
        object.put("ranks", demand.ranks());
        object.put("partitions", plan.partitions());
        object.put("images_megabytes_per_second", plan.imagesMegabytesPerSecond());
        object.put("views_megabytes_per_second", plan.viewsMegabytesPerSecond());
        object.put("images_terabytes", plan.imagesTerabytes());
        object.put("views_hours", demand.viewsHours());
        object.put("views_terabytes", plan.viewsTerabytes());
        object.put("brokers", demand.brokers());
        object.put("broker_cores", plan.brokerCores());
        object.put("broker_terabytes", plan.brokerTerabytes());
        ArrayNode limits = object.putArray("limits");
        plan.limits().forEach(limit -> limits.addObject()
                .put("resource", limit.resource())
                .put("pairs_per_second", limit.pairsPerSecond()));
        object.put("measured_by", costs.command());
        return object;
    }
}
