package io.streamclr.console.embed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.Interruptible;
import io.streamclr.embed.EmbedJobCommand;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.Embedder;
import io.streamclr.trainer.encoder.ShippedEncoder;
import io.streamclr.trainer.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code streamclr embed}: what an encoder makes of images, in a file. */
@Command(
        name = "embed",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        subcommands = EmbedJobCommand.class,
        description = {
            "Write the embeddings of images to a file: 32-bit floats, one row per image, in the order of the images.",
            "The input is the centre square of each image, resized. FILE.npy is a NumPy array, and FILE.npy.tsv beside"
                    + " it lists the image of each row; FILE.parquet has columns id, source, label, class_name, embedding.",
            "'streamclr embed --follow' embeds the images of a topic as they arrive: see its --help."
        })
public final class EmbedCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "IMAGES",
            arity = "0..*",
            description = "Directories, image files, WebDataset tar files, IDX files.")
    private List<Path> images = List.of();

    @Mixin
    private EncoderOptions options;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Output file, .npy or .parquet; an existing one is replaced when all is done.")
    private Path out;

    @Option(
            names = "--json",
            description = "Print one JSON object at the end: images, undecodable, features, seconds, file, encoder.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (images.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "Missing required parameter: 'IMAGES'");
        }
        options.require(spec);
        if (out == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--out=FILE'");
        }
        EmbeddingFile.Form.of(out);
        Path folder = out.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new RefusalException("There is no folder " + folder + " to write " + out.getFileName()
                    + " into; make it, or name another with --out");
        }
        ShippedEncoder shipped = options.find(spec.commandLine().getErr());
        ImageWalk walk = options.walk(shipped, spec.commandLine().getErr());
        long start = System.nanoTime();
        int features = Interruptible.work(() -> embed(walk, shipped));
        double seconds = (System.nanoTime() - start) / 1e9;
        if (json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            object.put("images", walk.embedded());
            object.put("undecodable", walk.leftOut().count());
            object.put("features", features);
            object.put("seconds", Math.round(seconds * 1000) / 1000.0);
            object.put("file", out.toString());
            object.put("encoder", shipped.archive().toString());
            spec.commandLine().getOut().println(object);
        } else {
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%,d images of %,d features in %s, %.1f s%n%s",
                            walk.embedded(),
                            features,
                            out,
                            seconds,
                            walk.leftOut().sentence().isEmpty()
                                    ? ""
                                    : walk.leftOut().sentence() + System.lineSeparator());
        }
        spec.commandLine().getOut().flush();
        return 0;
    }

    /** The number of features of an image. */
    private int embed(ImageWalk walk, ShippedEncoder shipped) {
        try (Torch torch = options.torch();
                Embedder encoder = options.load(torch, shipped);
                Growing file = new Growing();
                EmbeddingProgress progress =
                        EmbeddingProgress.on(spec.commandLine().getErr())) {
            walk.embed(images, encoder, file, progress);
            return file.finish();
        } catch (IOException failed) {
            throw new RefusalException(
                    "Cannot write " + out + ": " + FileFault.of(failed) + "; make room, or name another with --out",
                    failed);
        }
    }

    /** The file, which is made when the first image says how many features there are. */
    private final class Growing implements ImageWalk.Sink, AutoCloseable {

        private EmbeddingFile file;
        private int features;

        @Override
        public void add(Entry entry, float[] row) throws IOException {
            if (file == null) {
                file = EmbeddingFile.create(out, row.length);
                features = row.length;
            }
            file.add(entry, row);
        }

        int finish() throws IOException {
            if (file == null) {
                throw new RefusalException(
                        "No image that can be decoded lies under " + ImageSource.inWords(images) + "; check the paths");
            }
            file.finish();
            return features;
        }

        @Override
        public void close() throws IOException {
            if (file != null) {
                file.close();
            }
        }
    }
}
