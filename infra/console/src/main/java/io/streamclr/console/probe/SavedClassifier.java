package io.streamclr.console.probe;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.classify.Budget;
import io.streamclr.trainer.classify.Classifier;
import io.streamclr.trainer.classify.ClassifierPlan;
import io.streamclr.trainer.encoder.ClassifierFiles;
import io.streamclr.trainer.encoder.ClassifierFiles.Layer;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.encoder.ShippedEncoder;
import io.streamclr.trainer.form.FileDigest;
import io.streamclr.trainer.model.Network;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a fine-tuned network is left for others.
 *
 * @param folder to write to
 * @param encoder that it began as
 * @param classNames in their order
 * @param side of the images, in pixels
 */
record SavedClassifier(Path folder, ShippedEncoder encoder, List<String> classNames, int side) {

    /**
     * Makes the folder, so that one that cannot be written to is known before anything is trained.
     *
     * @throws RefusalException if it cannot be made
     */
    SavedClassifier {
        try {
            Files.createDirectories(folder);
        } catch (IOException unwritable) {
            throw refusal(folder, unwritable);
        }
    }

    /** @throws RefusalException if one is there, which is never written over */
    static void requireNone(Path folder) {
        Stream.of(ClassifierFiles.TORCHSCRIPT, ClassifierFiles.DESCRIPTION)
                .map(folder::resolve)
                .filter(Files::exists)
                .findFirst()
                .ifPresent(there -> {
                    throw new RefusalException("There is a " + there
                            + " already, which is not written over; give another --save, or move it away");
                });
    }

    /**
     * What a training was.
     *
     * @param images trained on
     * @param share of the labels that this was
     * @param steps that were trained
     * @param tested images that the accuracy is of
     * @param accuracy share of them that got their class, in [0, 1]
     */
    record FineTuning(ClassifierPlan plan, int images, LabelShare share, long steps, int tested, double accuracy) {}

    /**
     * Writes the files.
     *
     * @throws RefusalException if they cannot be written
     */
    void write(Network network, Classifier classifier, FineTuning how) {
        try {
            ClassifierFiles.write(
                    folder,
                    network.architecture(),
                    network.values(),
                    new Layer(classNames, classifier.weight(), classifier.bias()),
                    encoder.origin().orElse(new Origin("", 0, 0, "", 0, 0)),
                    description(how));
        } catch (FileAlreadyExistsException there) {
            throw new RefusalException(
                    "There is a " + there.getFile()
                            + " since a moment ago, which is not written over; give another --save",
                    there);
        } catch (IOException unwritable) {
            throw refusal(folder, unwritable);
        }
    }

    private static RefusalException refusal(Path folder, IOException unwritable) {
        return new RefusalException(
                "The classifier cannot be written to " + folder + " (" + FileFault.of(unwritable)
                        + "); give a --save directory with room that this user may write to",
                unwritable);
    }

    private ObjectNode description(FineTuning how) throws IOException {
        ObjectNode description = new ObjectMapper().createObjectNode();
        description
                .putObject("input_size")
                .put("height", side)
                .put("width", side)
                .put("channels", 3);
        description.putObject("scores").put("accuracy", how.accuracy()).put("test_images", how.tested());
        ClassifierPlan plan = how.plan();
        ObjectNode tuned = description
                .putObject("fine_tuned")
                .put("encoder_sha256", FileDigest.of(encoder.archive()))
                .put("images", how.images())
                .put("labels", how.share().toString())
                .put("optimiser", plan.rule().word())
                .put("weight_decay", plan.rule().weightDecay())
                .put("learning_rate", plan.peak())
                .put("batch_size", Math.min(plan.batch(), how.images()))
                .put("steps", how.steps())
                .put("seed", plan.seed());
        if (plan.budget() instanceof Budget.Time time) {
            tuned.put("minutes", time.limit().toMillis() / 60_000.0);
        }
        return description;
    }
}
