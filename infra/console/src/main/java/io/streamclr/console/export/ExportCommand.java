package io.streamclr.console.export;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.process.command.PlaceConverter;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.card.EncoderCard;
import io.streamclr.trainer.encoder.ClassifierFiles;
import io.streamclr.trainer.encoder.ClassifierFiles.Layer;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.encoder.EncoderFiles.Weights;
import io.streamclr.trainer.encoder.Safetensors;
import io.streamclr.trainer.encoder.Safetensors.Values;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.encoder.ShippedEncoder;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.onnx.OnnxEncoder;
import io.streamclr.trainer.onnx.OnnxEncoder.Form;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr export}: an encoder in the form that another program loads. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Write an encoder in the form that another program loads: ONNX, the folder of transformers, or a"
                + " copy of its TorchScript or safetensors; with encoder.json and a model card, README.md.")
public final class ExportCommand implements Callable<Integer> {

    private static final int MOST_SIDE = 4_096;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--encoder",
            paramLabel = "PATH",
            required = true,
            converter = PlaceConverter.class,
            description = ShippedEncoder.PLACES)
    private Path encoder;

    @Option(
            names = "--format",
            paramLabel = "NAME",
            required = true,
            description =
                    "onnx (encoder.onnx; of a classifier.pt, classifier.onnx), huggingface (config.json, preprocessor_config.json, model.safetensors"
                            + " for ResNetModel of transformers), torchscript (encoder.pt) or safetensors"
                            + " (encoder.safetensors).")
    private Format format;

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Directory to write to.")
    private Path out;

    @Option(
            names = "--input",
            paramLabel = "NAME",
            description = "What the ONNX model takes: pixels (floats in [0, 1], RGB, N x 3 x H x W), or bytes"
                    + " (unsigned, RGB, N x H x W x 3) (default: pixels).")
    private Optional<Input> input;

    @Option(
            names = "--resize",
            paramLabel = "PIXELS",
            description = "Have the ONNX model resize images to squares of so many pixels, with smoothing (default: it"
                    + " takes images as they are).")
    private Optional<Integer> resize;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description = "Weights of the ONNX model: float32 or float16 (default: float32).")
    private Optional<Weight> precision;

    @Option(
            names = "--embedding",
            description = "Have the ONNX model give the projection head's output too, which the training loss used.")
    private boolean embedding;

    /** What can be written. */
    enum Format {
        onnx,
        huggingface,
        torchscript,
        safetensors
    }

    /** What an ONNX model takes. */
    enum Input {
        pixels,
        bytes
    }

    /** How an ONNX model keeps weights. */
    enum Weight {
        float32,
        float16
    }

    @Override
    public Integer call() {
        if (format != Format.onnx && (input.isPresent() || resize.isPresent() || precision.isPresent() || embedding)) {
            throw new ParameterException(
                    spec.commandLine(), "--input, --resize, --precision and --embedding are for --format onnx");
        }
        if (resize.isPresent() && (resize.get() < 1 || resize.get() > MOST_SIDE)) {
            throw new ParameterException(spec.commandLine(), "--resize must be 1 to " + MOST_SIDE + " pixels");
        }
        ShippedEncoder shipped = ShippedEncoder.at(encoder);
        if (format == Format.torchscript && ClassifierFiles.isOne(shipped.archive())) {
            throw new RefusalException(shipped.archive() + " is TorchScript of a classifier already; copy the file");
        }
        Path from = shipped.archive().toAbsolutePath().getParent();
        List<String> written;
        try {
            written = write(from, shipped);
            if (!ClassifierFiles.isOne(shipped.archive())) {
                describe(from);
            }
        } catch (IOException unwritable) {
            throw new RefusalException(
                    "The encoder cannot be written to " + out + " (" + FileFault.of(unwritable)
                            + "); give a directory with room that this user may write to",
                    unwritable);
        }
        written.forEach(file -> spec.commandLine().getOut().println(out.resolve(file)));
        spec.commandLine().getOut().flush();
        return 0;
    }

    /** Makes the directory once nothing can be refused any more. */
    private List<String> write(Path from, ShippedEncoder shipped) throws IOException {
        switch (format) {
            case torchscript -> {
                Files.createDirectories(out);
                Files.copy(
                        shipped.archive(), out.resolve(EncoderFiles.TORCHSCRIPT), StandardCopyOption.REPLACE_EXISTING);
                return List.of(EncoderFiles.TORCHSCRIPT);
            }
            case safetensors -> {
                Weights weights = shipped.weights();
                Files.createDirectories(out);
                EncoderFiles.writeSafetensors(
                        out, Architecture.of(weights.plan()), weights.values(), weights.whitening(), origin(shipped));
                return List.of(EncoderFiles.SAFETENSORS);
            }
            case huggingface -> {
                int side = origin(shipped).height();
                Weights weights = shipped.weights();
                TransformersFolder.require(weights.plan());
                Files.createDirectories(out);
                TransformersFolder.write(out, weights, side == 0 ? 224 : side);
                return List.of(TransformersFolder.CONFIG, TransformersFolder.IMAGES, TransformersFolder.WEIGHTS);
            }
            case onnx -> {
                Form form = new Form(
                        input.orElse(Input.pixels) == Input.bytes,
                        resize.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                        precision.orElse(Weight.float32) == Weight.float16);
                boolean classifier = ClassifierFiles.isOne(shipped.archive());
                Weights weights = shipped.weights(classifier ? shipped.headLayers() : 0);
                resize.ifPresent(side -> weights.plan().backbone().require(side, side));
                if (classifier) {
                    return writeClassifier(shipped, weights, form);
                }
                Optional<Map<String, Values>> head = embedding ? Optional.of(head(from)) : Optional.empty();
                byte[] model = OnnxEncoder.model(weights, head, form, about(shipped));
                Files.createDirectories(out);
                Files.write(out.resolve(OnnxEncoder.FILE), model);
                return List.of(OnnxEncoder.FILE);
            }
        }
        throw new IllegalStateException("No format " + format);
    }

    private List<String> writeClassifier(ShippedEncoder shipped, Weights weights, Form form) throws IOException {
        if (embedding) {
            throw RefusalException.ofUsage("A classifier has no projection head; leave out --embedding");
        }
        Layer layer = ClassifierFiles.layer(shipped.archive(), weights.plan().embedding());
        Map<String, String> about = new LinkedHashMap<>(about(shipped));
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        layer.classNames().forEach(names::add);
        about.put("classes", names.toString());
        byte[] model = OnnxEncoder.classifier(weights, layer, form, about);
        Files.createDirectories(out);
        Files.write(out.resolve(OnnxEncoder.CLASSIFIER), model);
        return List.of(OnnxEncoder.CLASSIFIER);
    }

    private static Map<String, String> about(ShippedEncoder shipped) {
        return shipped.origin().map(Origin::facts).orElse(Map.of());
    }

    private static Origin origin(ShippedEncoder shipped) {
        return shipped.origin().orElse(new Origin("", 0, 0, "", 0, 0));
    }

    /** Writes the description and the card beside what was written; in a checkpoint both are there, and stay. */
    private void describe(Path from) throws IOException {
        Optional<ObjectNode> description = EncoderCard.description(from.resolve(EncoderFiles.DESCRIPTION));
        if (description.isEmpty() || SavedSteps.isCheckpoint(out)) {
            return;
        }
        ObjectNode about = description.get();
        Path beside = out.resolve(EncoderFiles.DESCRIPTION);
        if (format == Format.onnx) {
            ObjectNode model = about.putObject("onnx")
                    .put("input", input.orElse(Input.pixels).name());
            resize.ifPresent(side -> model.put("resize", side));
            model.put("precision", precision.orElse(Weight.float32).name());
        } else {
            // Of an earlier export, whose model is still there.
            EncoderCard.description(beside)
                    .map(earlier -> earlier.get("onnx"))
                    .ifPresent(model -> about.set("onnx", model));
        }
        EncoderCard.describe(beside, about);
        if (!EncoderCard.write(out, about, MeasuredTables.of(from))) {
            spec.commandLine()
                    .getErr()
                    .println(out.resolve(EncoderCard.FILE) + " is not of StreamCLR, so it stays as it is");
        }
    }

    private static Map<String, Values> head(Path from) throws IOException {
        try {
            return Safetensors.read(from.resolve(EncoderFiles.HEAD)).floats();
        } catch (NoSuchFileException missing) {
            throw new RefusalException(
                    "There is no " + from.resolve(EncoderFiles.HEAD) + ", which holds the projection head; give a"
                            + " checkpoint's folder, or leave out --embedding",
                    missing);
        }
    }
}
