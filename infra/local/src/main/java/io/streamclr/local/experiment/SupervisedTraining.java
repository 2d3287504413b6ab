package io.streamclr.local.experiment;

import io.streamclr.augment.view.Recipe;
import io.streamclr.console.probe.ImageSet;
import io.streamclr.console.screen.Status;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.classify.Budget;
import io.streamclr.trainer.classify.Classifier;
import io.streamclr.trainer.classify.ClassifierPlan;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.probe.Confusion;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Trains the network of a trial with the labels of its images, moved and flipped by chance, as what self-supervised
 * learning is compared with. It takes no views and saves nothing before its end, so that a trial that was stopped begins
 * anew.
 */
final class SupervisedTraining {

    /** For configurations that nothing is run with. */
    private static final KafkaConnection NO_BROKER = KafkaConnection.to("none:1");

    private final Trial trial;
    private final TrainConfig settings;
    private final Status status;

    /** @param threads of PyTorch */
    SupervisedTraining(Trial trial, int threads, Status status) {
        this.trial = trial;
        this.settings = trial.training(NO_BROKER, Path.of(""), threads);
        this.status = status;
    }

    /**
     * What came of it.
     *
     * @param encoder an {@code encoder.pt}, without a head
     * @param accuracy of the classifier on the test images, in [0, 1]
     * @param images that it was trained on, each as often as it was
     */
    record Outcome(Path encoder, double accuracy, long steps, long images, double seconds) {}

    /**
     * Trains to the end.
     *
     * @param folder the encoder is written into a folder of its own in it
     * @param stopped asked after every step
     * @return empty if it was stopped
     */
    Optional<Outcome> run(Path folder, BooleanSupplier stopped) {
        ImageSet known = read(trial.images().data(), trial.run().images());
        if (known.count() < trial.run().images()) {
            throw new RefusalException("Run " + trial.run().name() + " is to learn from "
                    + trial.run().images() + " images, but " + trial.images().data() + " holds " + known.count()
                    + "; give --images and --measured of at most that");
        }
        ImageSet asked = read(
                        trial.settings().testOf(trial.images().data()),
                        trial.settings().measured())
                .numberedAs(known);
        if (!known.labelled() || !asked.labelled()) {
            throw new RefusalException("Run " + trial.run().name()
                    + " learns from labels, and some images have none; give --data and --test with labels");
        }
        try {
            return Optional.of(trained(known.withLabels(), asked.withLabels(), folder, stopped));
        } catch (CancellationException somebodyStoppedIt) {
            return Optional.empty();
        } finally {
            status.finishLine();
        }
    }

    private ImageSet read(String place, int most) {
        return ImageSet.read(Path.of(place), Recipe.parse(trial.run().recipe()), OptionalLong.empty(), most);
    }

    private Outcome trained(LabelledImages known, LabelledImages asked, Path folder, BooleanSupplier stopped) {
        long steps = trial.steps();
        int batch = Math.min(settings.batching().pairs(), known.count());
        int classes = Math.max(known.classes(), asked.classes());
        ClassifierPlan plan = new ClassifierPlan(
                settings.learning().rule(),
                settings.learning().schedule().rate().peak(),
                batch,
                new Budget.Steps(steps),
                trial.seed());
        Architecture architecture =
                Architecture.of(withoutHead(settings.learning().network()));
        long begin = System.nanoTime();
        try (Torch torch = Torch.open(
                        settings.computing().threads(), settings.computing().first());
                Network network = Network.of(torch, architecture, architecture.initialValues(trial.seed()));
                Classifier classifier = new Classifier(torch, network, classes)) {
            classifier.train(known, plan, (step, passed, loss) -> {
                if (stopped.getAsBoolean()) {
                    throw new CancellationException();
                }
                status.moving("training", step, steps, " steps", String.format(Locale.ROOT, "loss %.3f", loss));
            });
            double accuracy = Confusion.of(classes, asked.labels(), classifier.classes(asked))
                    .accuracy();
            double seconds = (System.nanoTime() - begin) / 1e9;
            return new Outcome(
                    written(architecture, network, folder.resolve(trial.id())),
                    accuracy,
                    steps,
                    steps * batch,
                    seconds);
        }
    }

    private Path written(Architecture architecture, Network network, Path place) {
        int side = Recipe.parse(trial.run().recipe()).size();
        try {
            Files.createDirectories(place);
            Origin origin = new Origin(trial.id(), trial.steps(), trial.seed(), "", side, side);
            EncoderFiles.write(place, architecture, network.values(), origin);
        } catch (IOException unwritable) {
            throw new RefusalException(
                    "The encoder cannot be written to " + place + " (" + FileFault.of(unwritable)
                            + "); make room and start again",
                    unwritable);
        }
        return place.resolve(EncoderFiles.TORCHSCRIPT);
    }

    /** The same encoder with nothing after its features. */
    static NetworkPlan withoutHead(NetworkPlan plan) {
        return plan.with(HeadPlan.NONE);
    }
}
