package io.streamclr.trainer.run;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.Sha256;
import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.feed.Batch;
import io.streamclr.trainer.health.Health;
import io.streamclr.trainer.health.HealthCheck;
import io.streamclr.trainer.health.HeldOutProbe;
import io.streamclr.trainer.loss.ContrastiveLoss;
import io.streamclr.trainer.loss.LossPlan.SameImage;
import io.streamclr.trainer.loss.ShownImages;
import io.streamclr.trainer.loss.TiledLoss;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.settings.MemoryAtHand;
import io.streamclr.trainer.settings.MemoryNeed;
import io.streamclr.trainer.settings.OptionWords;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.step.RankExchange;
import io.streamclr.trainer.step.StepAbandoned;
import io.streamclr.trainer.step.StepWatch;
import io.streamclr.trainer.step.Teacher;
import io.streamclr.trainer.step.TeacherPlan;
import io.streamclr.trainer.step.TrainingStep;
import io.streamclr.trainer.step.TrainingStep.Trained;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The part of a run that learns: network, loss and optimiser, as they start or as a checkpoint left them. */
final class Learner implements AutoCloseable {

    /** The teacher's weights among the optimiser's state. */
    private static final String TEACHER = "teacher";

    private final TrainConfig config;
    private final Torch torch;
    private final List<Torch> more = new ArrayList<>();
    private final Network network;
    private final ContrastiveLoss loss;
    private final Optimiser optimiser;
    private final TrainingStep step;
    private final HealthCheck check;
    private final Optional<Teacher> teacher;

    /** @param given what the encoder starts from where there is no checkpoint; empty for random weights */
    Learner(
            Torch torch,
            TrainConfig config,
            Architecture architecture,
            Map<String, float[]> given,
            Optional<Checkpoint> from) {
        this.config = config;
        this.torch = torch;
        Map<String, float[]> values = from.map(Checkpoint::values).orElseGet(() -> {
            Map<String, float[]> first = architecture.initialValues(config.seed());
            first.putAll(given);
            return first;
        });
        this.network = Network.of(torch, architecture, values);
        this.loss = new TiledLoss(torch, config.learning().loss());
        this.optimiser = new Optimiser(
                torch,
                config.learning().rule(),
                config.learning().clipping(),
                network.trained(),
                config.learning().backbone().groups(architecture));
        int chunkViews = config.batching().chunkViews();
        TeacherPlan taught = config.remembering().teacher();
        this.teacher =
                taught.teaches() ? Optional.of(new Teacher(torch, taught, network, chunkViews)) : Optional.empty();
        from.ifPresent(checkpoint -> restore(checkpoint.optimiser()));
        config.computing().devices().stream()
                .skip(1)
                .forEach(device -> more.add(config.computing().open(device)));
        this.step = new TrainingStep(torch, network, loss, optimiser, chunkViews, more);
        teacher.ifPresent(step::heed);
        this.check = new HealthCheck(torch, network);
    }

    private void restore(Map<String, List<float[]>> state) {
        Map<String, List<float[]>> ofOptimiser = new LinkedHashMap<>(state);
        teacher.ifPresent(slow -> slow.restore(torch, ofOptimiser.remove(TEACHER)));
        optimiser.restore(ofOptimiser);
    }

    private Map<String, List<float[]>> state() {
        Map<String, List<float[]>> state = new LinkedHashMap<>(optimiser.values());
        teacher.ifPresent(slow -> state.put(TEACHER, slow.values()));
        return state;
    }

    /** Has this be the learner of one rank of several. */
    void join(RankExchange ranks) {
        step.join(ranks);
    }

    /**
     * Before the first step: refuses what memory does not hold, and remembers as many chunks as it was told to, or as fit.
     *
     * @param side of the views, in pixels
     * @param processes of this run that share the machine
     */
    void fit(int side, int processes) {
        MemoryAtHand there = MemoryAtHand.here(config.computing().devices()).sharedBy(processes);
        MemoryNeed need = MemoryNeed.of(config, side);
        need.require(there);
        remember(config.computing().remembered().orElseGet(() -> need.chunksToRemember(there)));
    }

    /** From the next step on. @param chunks of each device that go forward once only, 1 or more; changes no bit */
    void remember(int chunks) {
        step.remember(chunks);
    }

    /** Trains on a batch; a loss or a gradient that is not finite has moved no weight. */
    Trained train(Batch batch, double rate) {
        return train(batch, rate, StepWatch.NONE);
    }

    /**
     * The same.
     *
     * @throws StepAbandoned if {@code watch} does not want the step any more; then nothing has moved
     */
    Trained train(Batch batch, double rate, StepWatch watch) {
        return step.train(
                batch.views(),
                batch.height(),
                batch.width(),
                images(batch),
                batch.replayed(),
                rate,
                batch.step(),
                watch);
    }

    /** What the loss knows of the images; numbers are equal for pairs whose views are not held against each other. */
    private ShownImages images(Batch batch) {
        ShownImages images = ShownImages.numbered(
                config.learning().loss().sameImage() == SameImage.MASKED
                        ? batch.images()
                        : IntStream.range(0, batch.pairs()).toArray());
        if (!config.learning().loss().comparesPictures()) {
            return images;
        }
        return images.hashed(batch.pictureHashes()
                .orElseThrow(() -> new RefusalException("The views of recipe " + batch.recipe()
                        + " do not say what their pictures look like, which --mask-picture-hash compares; have them"
                        + " rendered by a recipe with picture-hash=yes, such as cifar,picture-hash=yes, into a topic of"
                        + " their own, and begin another run on it")));
    }

    /** Measures the network on a batch, and changes nothing. */
    Health measure(Batch batch) {
        return check.measure(batch.views(), batch.height(), batch.width());
    }

    /** What the network makes of a batch's first views, or of the first few hundred of them; changes nothing. */
    Features features(Batch batch) {
        return check.features(batch.views(), batch.height(), batch.width());
    }

    /** A probe of the network on these images; to be closed before this is. */
    HeldOutProbe probeOn(LabelledImages images) {
        return new HeldOutProbe(torch, network, images);
    }

    /** Native arrays that are open; the same between any two steps, but for the first probe. */
    long openArrays() {
        return torch.openHandles() + more.stream().mapToLong(Torch::openHandles).sum();
    }

    /** SHA-256 of all weights and of the optimiser's state. */
    byte[] digest() {
        MessageDigest digest = Sha256.begin();
        new TreeMap<>(network.values()).values().forEach(tensor -> digest.update(bytes(tensor)));
        optimiser.values().values().forEach(tensors -> tensors.forEach(tensor -> digest.update(bytes(tensor))));
        return digest.digest();
    }

    private static ByteBuffer bytes(float[] tensor) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * tensor.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(tensor);
        return bytes;
    }

    /** Whether every weight is a finite number. */
    static boolean finite(Map<String, float[]> values) {
        for (float[] tensor : values.values()) {
            for (float value : tensor) {
                if (!Float.isFinite(value)) {
                    return false;
                }
            }
        }
        return true;
    }

    /** What may change while a run lasts, and changes how numbers are rounded; all of it is known once it has trained. */
    Map<String, String> rounding() {
        Map<String, String> rounding = new LinkedHashMap<>(OptionWords.rounding(config));
        wayOfConvolutions().ifPresent(way -> rounding.put("convolutions", way));
        return rounding;
    }

    /** The way in which convolutions are computed, by name; empty before the first step and on a graphics card. */
    Optional<String> wayOfConvolutions() {
        return network.wayOfConvolutions();
    }

    /** Has convolutions computed in the way of this name if it is right, where no network chose another before. */
    void preferWay(String name) {
        torch.preferWay(name);
    }

    /** All there is to save, copied out of native memory. */
    Checkpoint checkpoint(Origin origin, long pairs, LearningRate rate, byte[] feedPosition) {
        return new Checkpoint(
                network.architecture(),
                origin,
                pairs,
                OptionWords.settings(config),
                rounding(),
                rate,
                feedPosition,
                network.values(),
                state());
    }

    @Override
    public void close() {
        check.close();
        step.close();
        teacher.ifPresent(Teacher::close);
        optimiser.close();
        loss.close();
        network.close();
        more.forEach(Torch::close);
    }
}
