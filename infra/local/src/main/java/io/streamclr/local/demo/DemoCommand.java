package io.streamclr.local.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.RecipePresets;
import io.streamclr.augment.view.Recipe;
import io.streamclr.console.Home;
import io.streamclr.console.page.PageAddress;
import io.streamclr.console.page.ViewerOptions;
import io.streamclr.console.screen.Status;
import io.streamclr.ingest.classes.Labels;
import io.streamclr.process.command.Terminal;
import io.streamclr.process.metrics.MetricsEndpoint;
import io.streamclr.process.port.ListeningPort;
import io.streamclr.trainer.command.PublishOptions;
import io.streamclr.trainer.command.WeightsOptions;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr demo}: everything at work, on real images. */
@Command(
        name = "demo",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Run the whole system on this machine and evaluate what it learns.",
            "Starts a Kafka broker, sends 60,000 Fashion-MNIST images (downloaded the first time, 30 MB), starts the"
                    + " Flink job that renders views and the trainer, and ends with a table: raw pixels, the"
                    + " untrained encoder and the trained one, by kNN accuracy and by retrieval.",
            "Ctrl-C stops it cleanly; the same command resumes training."
        })
public final class DemoCommand implements Callable<Integer> {

    /** Batches in a block where pairs are rendered by the thousand a second. */
    private static final int LARGE_BLOCK = 64;

    /** Batches in a block of photographs, of which a core draws some hundred a second: training begins sooner. */
    private static final int SMALL_BLOCK = 8;

    @Mixin
    private Home home;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "10",
            description = "Total time, evaluation included, after the images are downloaded (default:"
                    + " ${DEFAULT-VALUE}).")
    private int minutes;

    @Option(
            names = "--data",
            paramLabel = "PATH|NAME",
            completionCandidates = DemoData.Names.class,
            description = "Train on your own images instead: a directory, a WebDataset tar file, an IDX file. They"
                    + " are sent in a random order. Or a data set by name: fashion-mnist, or cifar10, which is"
                    + " downloaded the first time (170 MB) (default: fashion-mnist).")
    private Path images;

    @Option(
            names = "--test",
            paramLabel = "PATH",
            description = "With --data: other images to evaluate on. With labels on both, such as class"
                    + " subdirectories, kNN is measured too (default: the images themselves, by retrieval only).")
    private Path test;

    @Option(
            names = "--labels",
            paramLabel = "auto|folders|none",
            defaultValue = "auto",
            description = "With --data: labels from directory names, as in ingest: auto, folders or none (default:"
                    + " ${DEFAULT-VALUE}).")
    private Labels labels;

    @Option(
            names = "--recipe",
            paramLabel = "RECIPE",
            completionCandidates = RecipePresets.class,
            description = "Augmentation recipe: a preset (imagenet, cifar, grey) and changes to it, such as"
                    + " cifar,size=64 (default: by the images: grey without colours, cifar in colour up to 64 pixels,"
                    + " both at the size of the images, imagenet,size=48 for larger ones).")
    private String recipe;

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "Start the encoder from these weights, as in 'train': a ResNet of torchvision, timm or"
                    + " transformers, a ViT or ConvNeXt of torchvision or timm, or an encoder of StreamCLR (default:"
                    + " random weights).")
    private Optional<String> weights;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Random seed of views, weights and shuffling; another seed is another run (default:"
                    + " ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "PyTorch threads; this command uses no graphics card (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--page-port",
            paramLabel = "PORT",
            description = "Show the demo in the browser at this port, http://127.0.0.1:PORT (default: a free port).")
    private Optional<Integer> pagePort;

    @Mixin
    private ViewerOptions viewers;

    @Option(names = "--no-page", description = "Do not show the demo in the browser.")
    private boolean noPage;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            description = "Serve metrics of ingest and trainer to Prometheus at this port, and those of the Flink job"
                    + " at the next one (default: off).")
    private Optional<Integer> metricsPort;

    @Mixin
    private PublishOptions publish;

    @Option(names = "--json", description = "Print one JSON object at the end, on the last line of standard output.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (threads < 1 || threads > 1024) {
            throw new ParameterException(spec.commandLine(), "--threads must be 1 to 1024");
        }
        DemoPlan.requirePossible(Duration.ofMinutes(minutes)); // before anything is downloaded
        if (test != null && images == null) {
            throw new ParameterException(
                    spec.commandLine(), "--test goes with --data; Fashion-MNIST has test images of its own");
        }
        if (noPage && pagePort.isPresent()) {
            throw new ParameterException(
                    spec.commandLine(), "--no-page and --page-port contradict each other; give one of them");
        }
        // The job shows its own metrics at the next port.
        metricsPort
                .filter(port -> port > 0)
                .ifPresent(port -> ListeningPort.require("--metrics-port", PageAddress.LOOPBACK, port + 1));
        try (Status status = new Status(System.err, Terminal.isThere());
                MetricsEndpoint metrics = MetricsEndpoint.from(PageAddress.LOOPBACK, metricsPort)) {
            DemoPlan plan = plan(status);
            Optional<Demo.Result> result = new Demo(
                            plan,
                            noPage ? Optional.empty() : Optional.of(viewers.at(pagePort.orElse(0))),
                            metrics,
                            status)
                    .publishing(publish.forms())
                    .run();
            if (result.isEmpty()) {
                return 130;
            }
            show(plan, result.get());
            return 0;
        }
    }

    private DemoPlan plan(Status status) {
        Path everything = home.folder();
        DemoData data = data(everything, status);
        Recipe views = Recipe.parse(recipe == null ? data.recipe() : recipe);
        return new DemoPlan(
                everything,
                data.train(),
                data.labels(),
                data.shuffled(),
                data.test(),
                views,
                Duration.ofMinutes(minutes),
                seed,
                threads,
                DemoPlan.fasterPrecision(views.size()),
                data.small() ? LARGE_BLOCK : SMALL_BLOCK,
                data.shuffled()
                        ? Math.min(DemoPlan.PARTITIONS, Runtime.getRuntime().availableProcessors())
                        : 1,
                weights.map(place -> WeightsOptions.read(place, Path.of("checkpoints"))));
    }

    /** A folder of that name outranks the data set. */
    private DemoData data(Path everything, Status status) {
        boolean named = images != null && !Files.exists(images) && test == null;
        if (images == null || (named && images.toString().equals(DemoData.FASHION_MNIST))) {
            return DemoData.fashionMnist(everything, status);
        }
        if (named && images.toString().equals(DemoData.CIFAR_10)) {
            return DemoData.cifar10(everything, status);
        }
        return DemoData.own(images, Optional.ofNullable(test), labels, status);
    }

    private void show(DemoPlan plan, Demo.Result result) {
        PrintWriter out = spec.commandLine().getOut();
        Path encoder = result.checkpoint().resolve("encoder.pt");
        String streamclr = System.getProperty("streamclr.command", "streamclr"); // as the user has just typed it
        if (!json) {
            out.println();
            out.print(result.table().text());
            out.printf("%n%,d pairs in %,d steps, %,d s in all%n", result.pairs(), result.steps(), result.seconds());
            out.println();
            out.println(result.verdict().sentence() + ".");
            out.println();
            out.println("The encoder: " + encoder);
            out.println("  in Python: torch.jit.load(\"" + encoder + "\")");
            out.println("  measure:   " + streamclr + " probe --encoder "
                    + result.checkpoint().getParent() + " --data "
                    + plan.train().toAbsolutePath().normalize()
                    + plan.test()
                            .map(test -> " --test " + test.toAbsolutePath().normalize())
                            .orElse(""));
            out.println("  features:  " + streamclr + " embed IMAGES --encoder "
                    + result.checkpoint().getParent() + " --out FILE.npy");
            out.println("  look:      " + streamclr + " page --run "
                    + result.checkpoint().getParent());
            out.println("  go on:     start the demo again");
            out.println("  look back: " + streamclr + " broker --home " + plan.folder()
                    + ", and then replay, lineage, views");
        } else {
            ObjectNode object = result.table().json();
            object.put("verdict", result.verdict().learned().word());
            object.put("pairs", result.pairs());
            object.put("steps", result.steps());
            object.put("seconds", result.seconds());
            object.put("checkpoint", result.checkpoint().toString());
            out.println(object);
        }
        out.flush();
    }
}
