package io.streamclr.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.process.place.Place;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.trainer.checkpoint.Checkpoint;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.run.Training;
import io.streamclr.trainer.settings.TrainConfig;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints in a bucket, by the provider that the documents name: as good as those in a folder. */
@ExtendWith(RealBroker.class)
class BucketTest {

    private static final String RUNS = "runs";

    @TempDir
    static Path folder;

    /** The weights of a run in a folder, after 60 steps without a stop. */
    private static Map<String, float[]> unbroken;

    private TinyS3 s3;

    @BeforeAll
    static void trainInAFolder() throws Exception {
        RealBroker.create(Topic.IMAGES, "bucketed.images", 1);
        RealBroker.create(Topic.VIEWS, "bucketed.views", 1);
        RealBroker.create(Topic.IMAGES_REJECTED, "bucketed.rejects", 1);
        RealBroker.create(Topic.BATCHES, "bucketed.batches", 1);
        RealBroker.create(Topic.ENCODERS, "bucketed.encoders", 1);
        RealBroker.sendPictures("bucketed.images", 0, 300, 1);
        Command rendered = Command.run(
                "augment",
                "--recipe",
                "cifar,size=28",
                "--passes",
                "2",
                "--images-topic",
                "bucketed.images",
                "--views-topic",
                "bucketed.views",
                "--rejects-topic",
                "bucketed.rejects",
                "--bootstrap-server",
                RealBroker.address());
        assertThat(rendered.exitCode()).as(rendered.errors()).isZero();
        TrainConfig local = SmallTraining.config("bucketed", folder, 60);
        train(local);
        unbroken = weights(local, 60);
    }

    @BeforeEach
    void openTheBucket() throws Exception {
        s3 = new TinyS3();
    }

    @AfterEach
    void closeTheBucket() {
        s3.close();
    }

    @Test
    void aRunGoesOnToTheBitKeepsAsManyAsItIsConfiguredToAndItsEncoderIsRead() throws Exception {
        train(inTheBucket(30));
        Training.Outcome second = train(inTheBucket(60));

        assertThat(second.pairsNow()).isEqualTo(30 * SmallTraining.BATCH);
        assertThat(weights(inTheBucket(60), 60)).usingRecursiveComparison().isEqualTo(unbroken);
        assertThat(SavedSteps.in(inTheBucket(60).folder())).containsExactly(60L, 40L);
        assertThat(s3.keys(RUNS + "/bucketed/step-"))
                .isNotEmpty()
                .allMatch(key -> key.contains("/step-00000060/") || key.contains("/step-00000040/"));
        Pictures.write(folder.resolve("pictures"), 6, 28);
        Command embedded = Command.run(
                "embed",
                folder.resolve("pictures").toString(),
                "--encoder",
                s3.uri(RUNS) + "bucketed",
                "--out",
                folder.resolve("features.npy").toString(),
                "--threads",
                "1",
                "--json");
        assertThat(embedded.lastLine()).as(embedded.errors()).contains("\"images\":6,", "/step-00000060/encoder.pt\"");
    }

    @Test
    void aDamagedCheckpointAndOneThatWasNeverFinishedArePassedOver() throws Exception {
        train(inTheBucket(40));
        s3.put(RUNS + "/bucketed/step-00000040/head.safetensors", "damaged".getBytes(UTF_8));
        s3.put(RUNS + "/bucketed/step-00000050/encoder.pt", "half of it".getBytes(UTF_8));

        Training.Outcome outcome = train(inTheBucket(60));

        assertThat(outcome.pairsNow()).as("from step 20 on").isEqualTo(40 * SmallTraining.BATCH);
        assertThat(weights(inTheBucket(60), 60)).usingRecursiveComparison().isEqualTo(unbroken);
        assertThat(SavedSteps.in(inTheBucket(60).folder())).containsExactly(60L, 40L);
        assertThat(weights(inTheBucket(60), 40)).as("saved anew").isNotEmpty();
        assertThat(s3.keys(RUNS + "/bucketed/step-00000050")).isEmpty();
    }

    private TrainConfig inTheBucket(long steps) {
        return SmallTraining.config("bucketed", Place.of(s3.uri(RUNS)), steps);
    }

    private static Training.Outcome train(TrainConfig config) throws InterruptedException {
        return new Training(config, new SimpleMeterRegistry()).run(report -> {});
    }

    private static Map<String, float[]> weights(TrainConfig config, long step) {
        return Checkpoint.read(
                        config.folder(), step, Architecture.of(config.learning().network()))
                .values();
    }
}
