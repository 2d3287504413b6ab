package io.streamclr.local.probe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.view.Recipe;
import io.streamclr.local.Interruptible;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
            "Measure an encoder on images, beside raw pixels.",
            "kNN: test images are classified by their 20 nearest training images (cosine, one vote each). linear: by a"
                    + " linear classifier on the features. Both need labels. retrieval: the share of test images that"
                    + " one fresh random view finds first among all of them."
        })
public final class ProbeCommand implements Callable<Integer> {

    @Option(
            names = "--encoder",
            paramLabel = "PATH",
            required = true,
            description = "An encoder.pt, or the checkpoint folder that holds it.")
    private Path encoder;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            required = true,
            description = "Training images: an IDX file with its labels beside it, a tar file in WebDataset form, or a"
                    + " folder.")
    private Path data;

    @Option(
            names = "--test",
            paramLabel = "PATH",
            description = "Test images, in any of these forms. Without them retrieval alone is measured.")
    private Path test;

    @Option(
            names = "--recipe",
            paramLabel = "RECIPE",
            defaultValue = "grey",
            description = "Recipe that the encoder learned by: gives the side of the images and draws the fresh views."
                    + " A preset (imagenet, cifar, grey) and changes to it. Default: ${DEFAULT-VALUE}.")
    private String recipe;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Most images to take of each set. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the fresh views. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of PyTorch. Default: all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (limit < 2 || threads < 1 || threads > 1024) {
            throw new ParameterException(
                    spec.commandLine(), "--limit must be 2 images or more and --threads 1 to 1024");
        }
        Path archive = ShippedEncoder.at(encoder).archive();
        Recipe by = Recipe.parse(recipe);
        ImageSet known = ImageSet.read(data, by, OptionalLong.empty(), limit);
        ImageSet asked = ImageSet.read(test == null ? data : test, by, OptionalLong.of(seed), limit);
        Probing probing = new Probing(known, asked, threads, true, test != null);
        ScoreTable table = new ScoreTable();
        table.add("pixels", "raw pixels", Interruptible.work(probing::pixels));
        table.add("trained", "encoder", Interruptible.work(() -> probing.encoder(archive)));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = table.json();
            object.put("train_images", known.count());
            object.put("test_images", asked.count());
            object.put("encoder", archive.toString());
            out.println(object);
        } else {
            out.print(table.text());
            out.printf("%d training and %d test images", known.count(), asked.count());
            int left = known.undecodable() + asked.undecodable();
            out.println(left == 0 ? "" : ", " + left + " more cannot be decoded");
        }
        out.flush();
        return 0;
    }
}
