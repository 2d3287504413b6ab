package io.streamclr.console.embed;

import io.streamclr.augment.decode.SystemFormats;
import io.streamclr.augment.view.Recipe;
import io.streamclr.process.command.PlaceConverter;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.Embedder;
import io.streamclr.trainer.encoder.ShippedEncoder;
import io.streamclr.trainer.torch.Torch;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which encoder, and how images are shown to it. */
final class EncoderOptions {

    private static final int MOST_SIDE = 4_096;
    private static final int MOST_AT_ONCE = 65_536;

    @Option(
            names = "--encoder",
            paramLabel = "PATH",
            converter = PlaceConverter.class,
            description = ShippedEncoder.PLACES)
    private Path encoder;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "Input size of the encoder: the centre square of each image is resized to it. A size other"
                    + " than the encoder's is used, with a warning (default: the size that the encoder was trained on,"
                    + " from encoder.json beside it).")
    private Integer size;

    @Option(
            names = "--batch-size",
            paramLabel = "IMAGES",
            defaultValue = "256",
            description = "Batch size (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--features",
            paramLabel = "h|z",
            defaultValue = "h",
            description = "Features to use: h, the output of the encoder, right for most uses; or z, the output of"
                    + " the projection head, which the training loss used (default: ${DEFAULT-VALUE}).")
    private Output output;

    @Option(
            names = "--system-formats",
            paramLabel = "no|exact|all",
            description = "Decode HEIC, AVIF and JPEG XL with the system's libheif and libjxl, as in 'augment'"
                    + " (default: as in the encoder's recipe).")
    private SystemFormats systemFormats;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "PyTorch threads; this command uses no graphics card (default: all processors).")
    private int threads = Runtime.getRuntime().availableProcessors();

    /** What is taken of the network. */
    enum Output {
        h,
        z
    }

    boolean areGiven() {
        return encoder != null;
    }

    Output output() {
        return output;
    }

    /** @throws ParameterException if no encoder is given, or a number is out of range */
    void require(CommandSpec spec) {
        if (encoder == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--encoder=PATH'");
        }
        if (batch < 1 || batch > MOST_AT_ONCE || threads < 1 || threads > 1024) {
            throw new ParameterException(
                    spec.commandLine(), "--batch-size must be 1 to " + MOST_AT_ONCE + ", and --threads 1 to 1024");
        }
        if (size != null && (size < 1 || size > MOST_SIDE)) {
            throw new ParameterException(spec.commandLine(), "--size must be 1 to " + MOST_SIDE + " pixels");
        }
    }

    Torch torch() {
        return Torch.open(threads);
    }

    /**
     * Finds the encoder, once: while its run goes on, a newer checkpoint may come.
     *
     * @param notices where a line says which checkpoint of a run it is
     * @throws RefusalException if there is none
     */
    ShippedEncoder find(PrintWriter notices) {
        ShippedEncoder shipped = ShippedEncoder.at(encoder);
        if (!shipped.archive().equals(encoder)
                && !encoder.equals(shipped.archive().getParent())) {
            notices.println("Using the newest checkpoint of " + encoder + ": "
                    + shipped.archive().getParent());
            notices.flush();
        }
        return shipped;
    }

    Embedder load(Torch torch, ShippedEncoder shipped) {
        Path archive = shipped.archive();
        return output == Output.h ? Embedder.load(torch, archive) : Embedder.loadWithHead(torch, archive);
    }

    /**
     * @param notices where a line goes if the encoder is shown another size than it was trained on
     * @throws RefusalException if nobody says how large the squares are, or a batch of them is too large
     */
    ImageWalk walk(ShippedEncoder shipped, PrintWriter notices) {
        if (size == null && shipped.trainedSide().isEmpty()) {
            throw new RefusalException("Beside " + shipped.archive()
                    + " lies no encoder.json that says what it was trained on; say it with --size PIXELS");
        }
        Recipe recipe = shipped.plainRecipe().orElseGet(() -> Recipe.parse("imagenet"));
        if (size != null) {
            recipe = recipe.with("size", size.toString());
            if (shipped.trainedSide().orElse(size) != size) {
                notices.println("The encoder was trained on images of "
                        + shipped.trainedSide().getAsInt() + " pixels; using " + size + ", as --size says");
                notices.flush();
            }
        }
        if (3L * recipe.size() * recipe.size() * batch > 1 << 30) {
            throw RefusalException.ofUsage("A batch of " + batch + " squares of " + recipe.size()
                    + " pixels takes more than a gibibyte; make it smaller with --batch-size");
        }
        return new ImageWalk(recipe, batch, systemFormats == null ? recipe.systemFormats() : systemFormats);
    }
}
