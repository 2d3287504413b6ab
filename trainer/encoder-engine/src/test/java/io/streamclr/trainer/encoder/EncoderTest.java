package io.streamclr.trainer.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.RejectReason;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.form.FileDigest;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.ConvNext;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An encoder in the hands of a program that has the library alone. */
class EncoderTest {

    private static final int SIDE = 32;
    private static final Encoder.Options TWO_THREADS = Encoder.Options.ofThreads(2);
    private static final byte[] NO_IMAGE = "no image at all".getBytes(StandardCharsets.UTF_8);
    private static final Map<String, Backbone> FAMILIES = Map.of(
            "resnet",
            new ResNet(18, 1.0 / 8, 1, Stem.SMALL, 1, false),
            "vit",
            new VisionTransformer(2, 64, 8, SIDE, false),
            "convnext",
            new ConvNext(List.of(1, 1, 2, 1), 8, Stem.SMALL2));

    @TempDir
    private Path folder;

    /** Eleven are a block and three more, so each is computed in a block, in another place of it, and alone. */
    @ParameterizedTest
    @ValueSource(strings = {"resnet", "vit", "convnext"})
    void theVectorOfAnImageIsTheSameBitsWhateverIsEmbeddedWithItAndWhereverItStands(String family) throws Exception {
        List<byte[]> images = images(11);
        List<byte[]> others = new ArrayList<>(images(31).subList(11, 31));
        Collections.reverse(others);

        try (Encoder encoder = Encoder.open(shipped(family), TWO_THREADS)) {
            List<Embedding> alone = images.stream().map(encoder::embed).toList();
            for (int turned = 0; turned < images.size(); turned++) {
                List<byte[]> some = new ArrayList<>(images);
                Collections.rotate(some, turned);
                List<Embedding> expected = new ArrayList<>(alone);
                Collections.rotate(expected, turned);
                assertThat(encoder.embed(some)).as("turned by " + turned).isEqualTo(expected);
            }
            for (int from = 0; from < 3; from++) {
                List<byte[]> mixed = new ArrayList<>(others.subList(from, 8 * from + 3));
                mixed.add(NO_IMAGE);
                mixed.add(images.get(0));
                mixed.addAll(others);
                assertThat(encoder.embed(mixed).get(mixed.indexOf(images.get(0))))
                        .isEqualTo(alone.get(0));
            }
            assertThat(alone.get(1)).isNotEqualTo(alone.get(0));
        }
    }

    @Test
    void anEncoderKnowsItsSizeItsFeaturesAndItsFile() throws Exception {
        Path run = folder.resolve("run");
        Path checkpoint = shipped("resnet", run.resolve("step-00000003"));
        Files.createFile(checkpoint.resolve("SHA256SUMS"));
        Path file = checkpoint.resolve("encoder.pt");

        try (Encoder encoder = Encoder.open(run, TWO_THREADS)) {
            assertThat(encoder.side()).isEqualTo(SIDE);
            assertThat(encoder.features()).isEqualTo(64);
            assertThat(encoder.file()).isEqualTo(file);
            assertThat(encoder.digest()).isEqualTo(FileDigest.of(file));
            assertThat(encoder.embed(images(1).get(0)).features()).hasSize(64);
        }
    }

    @Test
    void anImageThatCannotBeReadIsToldApartAndChangesNothingForTheOthers() throws Exception {
        byte[] good = images(1).get(0);

        try (Encoder encoder = Encoder.open(shipped("resnet"), TWO_THREADS)) {
            List<Embedding> embedded = encoder.embed(List.of(NO_IMAGE, good, new byte[0]));

            assertThat(embedded.get(1)).isEqualTo(encoder.embed(good));
            assertThat(embedded.get(0).match(vector -> RejectReason.FOREIGN_RECORD, Embedding.Rejected::reason))
                    .isEqualTo(RejectReason.NOT_AN_IMAGE);
            assertThat(embedded.get(2)).isEqualTo(new Embedding.Rejected(RejectReason.EMPTY, "The image has no bytes"));
            assertThatThrownBy(embedded.get(2)::features)
                    .isInstanceOfSatisfying(RejectedImageException.class, told -> assertThat(told.reason())
                            .isEqualTo(RejectReason.EMPTY))
                    .hasMessage("The image has no bytes");
            assertThat(encoder.embed(List.of())).isEmpty();
        }
    }

    @Test
    void threadsThatAskAtOnceGetWhatOneGetsAlsoOfTwoEncoders() throws Exception {
        List<byte[]> images = images(24);

        try (Encoder resnet = Encoder.open(shipped("resnet", folder.resolve("first")), TWO_THREADS);
                Encoder vit = Encoder.open(shipped("vit", folder.resolve("second")), Encoder.Options.ofThreads(1))) {
            List<Embedding> byResnet = resnet.embed(images);
            List<Embedding> byVit = vit.embed(images);

            List<Embedding> atOnce = IntStream.range(0, 2 * images.size())
                    .parallel()
                    .mapToObj(i -> (i % 2 == 0 ? resnet : vit).embed(images.get(i / 2)))
                    .toList();

            for (int i = 0; i < images.size(); i++) {
                assertThat(atOnce.get(2 * i)).isEqualTo(byResnet.get(i));
                assertThat(atOnce.get(2 * i + 1)).isEqualTo(byVit.get(i));
            }
        }
    }

    @Test
    void squaresThatAreDecodedElsewhereGiveTheVectorsOfTheirImages() throws Exception {
        List<byte[]> images = images(3);

        try (Encoder encoder = Encoder.open(shipped("convnext"), TWO_THREADS);
                SquareDecoder decoder = encoder.squareDecoder()) {
            ByteBuffer squares = ByteBuffer.allocateDirect(3 * decoder.bytes());
            assertThat(decoder.append(NO_IMAGE, squares)).isPresent();
            images.forEach(image -> assertThat(decoder.append(image, squares)).isEmpty());

            float[][] vectors = encoder.embedSquares(squares.flip());

            assertThat(vectors).hasNumberOfRows(3);
            assertThat(List.of(vectors).stream().map(Embedding.Vector::new).toList())
                    .isEqualTo(encoder.embed(images));
            assertThatThrownBy(() -> decoder.append(images.get(0), ByteBuffer.allocate(5)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("A square takes 3072 bytes, and the buffer has room for 5");
            assertThatThrownBy(() -> encoder.embedSquares(ByteBuffer.allocate(3072)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("Squares of 32 pixels lie in a direct buffer and have 3072 bytes each; this one has"
                            + " 3072 and is not direct");
        }
    }

    @Test
    void anEncoderOfWhichNobodyKnowsTheSizeIsRefused() throws Exception {
        Path place = shipped("resnet");
        Files.delete(place.resolve("encoder.json"));

        assertThatThrownBy(() -> Encoder.open(place))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Beside " + place.resolve("encoder.pt") + " lies no encoder.json that says for images of"
                        + " which size it is; put the one of its checkpoint there");
    }

    @Test
    void aClosedEncoderSaysThatItIs() throws Exception {
        Path place = shipped("resnet");
        Encoder encoder = Encoder.open(place, TWO_THREADS);
        encoder.close();
        encoder.close();

        assertThatThrownBy(() -> encoder.embed(images(1).get(0)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The encoder " + place.resolve("encoder.pt") + " is closed");
    }

    private Path shipped(String family) throws IOException {
        return shipped(family, folder);
    }

    private static Path shipped(String family, Path place) throws IOException {
        Architecture architecture = Architecture.of(new NetworkPlan(
                FAMILIES.get(family), HeadPlan.NONE, Norm.BATCH, Normalisation.IMAGENET, Precision.FLOAT32));
        EncoderFiles.write(
                Files.createDirectories(place),
                architecture,
                architecture.initialValues(3),
                new Origin("run", 3, 1, "", "cifar", SIDE, SIDE));
        return place;
    }

    /** Small pictures with noise, of several sizes. */
    private static List<byte[]> images(int count) throws IOException {
        Random random = new Random(5);
        List<byte[]> images = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            BufferedImage image = new BufferedImage(40 + i, 33, BufferedImage.TYPE_INT_RGB);
            int colour = random.nextInt();
            for (int at = 0; at < image.getWidth() * image.getHeight(); at++) {
                image.setRGB(at % image.getWidth(), at / image.getWidth(), colour ^ random.nextInt(0x3f3f3f));
            }
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(image, "png", png);
            images.add(png.toByteArray());
        }
        return images;
    }
}
