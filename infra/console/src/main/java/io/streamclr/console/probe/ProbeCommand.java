package io.streamclr.console.probe;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.RecipePresets;
import io.streamclr.augment.view.Recipe;
import io.streamclr.console.Interruptible;
import io.streamclr.console.chart.ChartFolder;
import io.streamclr.console.probe.ImageSet.Extra;
import io.streamclr.console.screen.Status;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.process.command.PlaceConverter;
import io.streamclr.process.command.Terminal;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.ClassifierFiles;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.encoder.ShippedEncoder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr probe}: what an encoder is worth. */
@Command(
        name = "probe",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Evaluate an encoder on images, compared with raw pixels, histograms of oriented gradients and the"
                    + " untrained network.",
            "kNN: test images are classified by their nearest training images (cosine), 20 or 10 with equal votes, or"
                    + " 200 weighted by exp(cosine / 0.1). linear: by a linear classifier on the features, its L2"
                    + " penalty chosen on a fifth of the training images. whole network: by the network after"
                    + " fine-tuning or supervised training. These need labels. retrieval: top-1 accuracy of finding"
                    + " a test image among all by a fresh random view of it.",
            "Of a checkpoint in a run's directory, the table is kept there too (results.json), for 'streamclr page'."
        })
public final class ProbeCommand implements Callable<Integer> {

    private static final Pattern CHECKPOINT = Pattern.compile("step-\\d{8,18}");

    @Option(
            names = "--encoder",
            paramLabel = "PATH",
            required = true,
            converter = PlaceConverter.class,
            description = ShippedEncoder.PLACES)
    private Path encoder;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            required = true,
            description = "Training images: an IDX file with its labels beside it, a WebDataset tar file, or a"
                    + " directory; class subdirectories, also in an archive, are labels.")
    private Path data;

    @Option(
            names = "--test",
            paramLabel = "PATH",
            description = "Test images, in any of these forms. Without them only retrieval is measured.")
    private Path test;

    @Option(
            names = "--recipe",
            paramLabel = "RECIPE",
            completionCandidates = RecipePresets.class,
            description = "Augmentation recipe for the random views of retrieval; its size and resize filter apply to"
                    + " all images. A preset (imagenet, cifar, grey) and changes to it; without size= it has the"
                    + " encoder's size. A recipe other than the encoder's is used, with a warning (default: the recipe"
                    + " that the encoder was trained with, from encoder.json beside it).")
    private Optional<String> recipe;

    @Option(
            names = "--labels",
            paramLabel = "SHARE",
            split = ",",
            defaultValue = "100%",
            description = "Fraction of the training labels to use, the same in every class; several with commas, such"
                    + " as 1%%,10%%,100%% (default: ${DEFAULT-VALUE}).")
    private List<String> labels;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1",
            description = "Number of repetitions with different seeds, which choose the labels, the validation images"
                    + " for the penalty, and fresh weights; mean and standard deviation are shown (default:"
                    + " ${DEFAULT-VALUE}).")
    private int seeds;

    @Mixin
    private EvaluationOptions evaluation;

    @Mixin
    private WholeNetworkOptions whole;

    @Option(
            names = "--maps",
            paramLabel = "CELLS",
            description = "Also probe the feature maps of all four stages, each average-pooled to CELLS x CELLS, 1 to"
                    + " 16; unlike the features, they keep the position in the image (default: the features only).")
    private Optional<Integer> maps;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Output directory for charts, as PNG and SVG: the confusion matrix of the linear"
                    + " classifier, accuracy by labels if there are several fractions, and the training losses of"
                    + " whole networks.")
    private Optional<Path> out;

    @Option(
            names = "--class-names",
            paramLabel = "NAME",
            split = ",",
            description = "Class names in order, with commas, for the confusion matrix (default: the names of their"
                    + " directories, or their numbers).")
    private List<String> classNames = List.of();

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Maximum images of each set (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The first random seed; fresh views are rendered with it (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "PyTorch threads; this command uses no graphics card (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print one JSON object instead of tables.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        require("--limit", limit, 2, Integer.MAX_VALUE, "2 images or more");
        require("--threads", threads, 1, 1024, "1 to 1024");
        require("--seeds", seeds, 1, 1000, "1 to 1000");
        maps.ifPresent(cells -> require("--maps", cells, 1, 16, "1 to 16 cells each way"));
        List<LabelShare> shares =
                labels.stream().map(LabelShare::parse).distinct().toList();
        whole.plan(seed);
        evaluation.plan(seed);
        Optional<Path> save = whole.save(shares.size() * seeds);
        ShippedEncoder shipped = ShippedEncoder.at(encoder);
        Path archive = shipped.archive();
        int fromHead = whole.fromHead(shipped, whole.fineTune() || evaluation.simclr());
        Recipe by = new ProbeRecipe(shipped, this::tell).of(recipe);
        ImageSource.requireThere(data);
        Optional.ofNullable(test).ifPresent(ImageSource::requireThere);
        Optional<ChartFolder> charts = out.map(ChartFolder::at);
        tell("reading the images");
        Set<Extra> cropped = evaluation.simclr() ? Set.of(Extra.ENCODED) : Set.of();
        Set<Extra> centred = evaluation.simclr() ? Set.of(Extra.CENTRES) : Set.of();
        ImageSet known = ImageSet.read(data, by, OptionalLong.empty(), limit, cropped);
        ImageSet read = ImageSet.read(test == null ? data : test, by, OptionalLong.of(seed), limit, centred);
        ImageSet asked = read.numberedAs(known);
        if (asked != read) {
            tell(data + " and " + test + " number their classes differently, so they are matched by their names");
        }
        boolean classes = test != null && known.labelled() && asked.labelled();
        if (classes) {
            requireNames(
                    Math.max(known.withLabels().classes(), asked.withLabels().classes()));
        } else {
            requireNoClasses();
        }
        ProbeRun run;
        try (ProbeProgress progress = new ProbeProgress(this::tell, screen())) {
            run = new ProbeRun(
                    archive,
                    known,
                    asked,
                    classes,
                    shares,
                    LongStream.range(seed, seed + seeds).boxed().toList(),
                    maps,
                    fromHead,
                    whole,
                    evaluation,
                    by,
                    save.map(folder -> new SavedClassifier(folder, shipped, allNames(known, asked), by.size())),
                    progress);
            Interruptible.work(() -> {
                run.measure(threads);
                return run;
            });
        }
        charts.ifPresent(folder -> run.draw(folder, names(known, asked)));
        note(archive, run.tables());
        print(run.tables(), known, asked, archive, by, fromHead);
        save.ifPresent(folder -> tell("the fine-tuned network is in " + folder.resolve(ClassifierFiles.TORCHSCRIPT)));
        return 0;
    }

    private void require(String option, int value, int least, int most, String range) {
        if (value < least || value > most) {
            throw new ParameterException(spec.commandLine(), option + " is " + value + ", but it must be " + range);
        }
    }

    /** Where a line can move: not where programs read. */
    private Optional<Status> screen() {
        return json || !Terminal.isThere() ? Optional.empty() : Optional.of(new Status(System.err, true));
    }

    /** In the folder of the run whose checkpoint this is, for its page; the table of the most labels. */
    private static void note(Path archive, Map<LabelShare, ScoreTable> tables) {
        Path checkpoint = archive.toAbsolutePath().getParent();
        if (!CHECKPOINT.matcher(String.valueOf(checkpoint.getFileName())).matches()) {
            return;
        }
        tables.entrySet().stream()
                .max(Comparator.comparingDouble(each -> each.getKey().value()))
                .ifPresent(most -> ResultFile.note(
                        checkpoint.getParent(), "probe", SavedSteps.step(checkpoint), Instant.now(), most.getValue()));
    }

    private void requireNames(int classes) {
        if (!classNames.isEmpty() && classNames.size() != classes) {
            throw new RefusalException("--class-names gives " + classNames.size() + " names, but there are " + classes
                    + " classes; give one for each");
        }
    }

    /** Of the classes, for charts: as they were given, or as the images' folders are called. */
    private List<String> names(ImageSet known, ImageSet asked) {
        if (!classNames.isEmpty()) {
            return classNames;
        }
        return known.classNames().isEmpty() && asked.classNames().isEmpty() ? List.of() : allNames(known, asked);
    }

    /** The same, and numbers where there are no names. */
    private List<String> allNames(ImageSet known, ImageSet asked) {
        if (!classNames.isEmpty()) {
            return classNames;
        }
        Map<Integer, String> said = new HashMap<>(asked.classNames());
        said.putAll(known.classNames());
        int classes = Math.max(known.withLabels().classes(), asked.withLabels().classes());
        return IntStream.range(0, classes)
                .mapToObj(label -> said.getOrDefault(label, Integer.toString(label)))
                .toList();
    }

    private void requireNoClasses() {
        if (whole.fineTune() || whole.supervised() || evaluation.simclr() || out.isPresent()) {
            throw new RefusalException(
                    "--fine-tune, --supervised, --evaluation simclr and --out need classes, and these images have none;"
                            + " give --data and --test with labels beside them");
        }
    }

    private void tell(String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(line);
        err.flush();
    }

    private void print(
            Map<LabelShare, ScoreTable> tables, ImageSet known, ImageSet asked, Path archive, Recipe by, int fromHead) {
        PrintWriter page = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            ObjectNode byShare = object.putObject("labels");
            tables.forEach((share, table) -> byShare.set(share.toString(), table.json()));
            // No label is in it, so it is the same in all of them.
            object.set(
                    "retrieval",
                    byShare.path(tables.keySet().iterator().next().toString()).path("retrieval"));
            object.put("seeds", seeds);
            object.put("train_images", known.count());
            object.put("test_images", asked.count());
            object.put("undecodable", known.leftOut().count() + asked.leftOut().count());
            object.put("encoder", archive.toString());
            object.put("recipe", by.shortText());
            object.put("from_head", fromHead);
            page.println(object);
        } else {
            tables.forEach((share, table) -> {
                page.println(tables.size() == 1 ? "" : "with " + share + " of the labels");
                page.println(table.text());
            });
            if (tables.values().stream().anyMatch(table -> table.has(Measure.KNN_200))) {
                page.println("kNN (k=200) weighs each vote by exp(cosine / 0.1); the others count all votes alike");
            }
            if (fromHead > 0) {
                page.println("whole networks and SimCLR's evaluation go on from the features through "
                        + (fromHead == 1 ? "the first layer" : "the first " + fromHead + " layers")
                        + " of the projection head");
            }
            page.printf(
                    "%d training and %d test images of %d pixels, views by recipe %s, encoder %s%n",
                    known.count(), asked.count(), by.size(), by.shortText(), archive);
            Stream.of(known, asked)
                    .map(set -> set.leftOut().sentence())
                    .filter(sentence -> !sentence.isEmpty())
                    .forEach(page::println);
        }
        page.flush();
    }
}
