package io.streamclr.console.embed;

import io.streamclr.augment.decode.SystemFormats;
import io.streamclr.console.probe.ShippedEncoder;
import io.streamclr.process.command.PlaceConverter;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.probe.Embedder;
import io.streamclr.trainer.torch.Torch;
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
            required = true,
            converter = PlaceConverter.class,
            description =
                    "An encoder.pt, or the checkpoint folder that holds it; may be a URI such as s3://BUCKET/DIR.")
    private Path encoder;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "Side of the squares that the encoder is shown: of each image the middle square, resized."
                    + " Default: what it was trained on, as encoder.json beside it says.")
    private Integer size;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            defaultValue = "256",
            description = "Images that are decoded before the encoder is shown them. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
            names = "--output",
            paramLabel = "h|z",
            defaultValue = "h",
            description = "h, the encoder's features, which serve most uses; or z, what the head made of them in"
                    + " training. Default: ${DEFAULT-VALUE}.")
    private Output output;

    @Option(
            names = "--system-formats",
            paramLabel = "no|exact|all",
            defaultValue = "no",
            description = "Whether the system's libheif and libjxl decode HEIC, AVIF and JPEG XL, as 'augment' has it."
                    + " Default: ${DEFAULT-VALUE}.")
    private SystemFormats systemFormats;

    @Option(names = "--threads", paramLabel = "N", description = "Threads of PyTorch. Default: all processors.")
    private int threads = Runtime.getRuntime().availableProcessors();

    /** What is taken of the network. */
    enum Output {
        h,
        z
    }

    /** @throws ParameterException if a number is out of range */
    void require(CommandSpec spec) {
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

    Embedder load(Torch torch) {
        Path archive = ShippedEncoder.at(encoder).archive();
        return output == Output.h ? Embedder.load(torch, archive) : Embedder.loadWithHead(torch, archive);
    }

    /** @throws RefusalException if nobody says how large the squares are, or a batch of them is too large */
    ImageWalk walk() {
        ShippedEncoder shipped = ShippedEncoder.at(encoder);
        int side = size != null
                ? size
                : shipped.trainedSide()
                        .orElseThrow(() -> new RefusalException("Beside " + shipped.archive()
                                + " lies no encoder.json that says what it was trained on; say it with --size PIXELS"));
        if (3L * side * side * batch > 1 << 30) {
            throw new RefusalException("A batch of " + batch + " squares of " + side
                    + " pixels takes more than a gibibyte; make it smaller with --batch-size");
        }
        return new ImageWalk(side, batch, systemFormats);
    }
}
