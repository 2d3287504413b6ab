package io.streamclr.augment;

import static io.streamclr.augment.CollectingSink.pairs;
import static io.streamclr.augment.CollectingSink.rejects;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.job.RenderSettings;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewEngine;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.identity.PictureHash;
import io.streamclr.schemas.identity.Seeds;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.RejectReason;
import io.streamclr.schemas.record.RejectedImage;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.sink.Outgoing;
import io.streamclr.stream.source.ImagesFormat;
import io.streamclr.stream.source.RawImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.connector.datagen.source.DataGeneratorSource;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AugmentJobTest {

    private static final AugmentConfig CONFIG =
            AugmentConfig.of(KafkaConnection.to("127.0.0.1:1"), Recipe.parse("cifar"));
    private static final byte[] GOOD = encode(shapes(40, 30), "png");
    private static final byte[] BROKEN = "<html>".getBytes(StandardCharsets.UTF_8);

    private static MiniCluster cluster;

    @BeforeAll
    static void startCluster() throws Exception {
        Configuration settings = new Configuration();
        settings.set(RestOptions.BIND_PORT, "0");
        cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                .setConfiguration(settings)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(1)
                .build());
        cluster.start();
    }

    @AfterAll
    static void stopCluster() throws Exception {
        cluster.close();
    }

    @BeforeEach
    void emptyTheSink() {
        CollectingSink.clear();
    }

    @Test
    void aBrokenImageLeavesByTheSideAndTheGoodOneStillBecomesAPair() throws Exception {
        StreamExecutionEnvironment flink = flink();

        AugmentJob.define(
                flink, CONFIG, images(index -> avro(index, index == 1 ? BROKEN : GOOD), 3), new CollectingSink());
        flink.execute();

        assertThat(pairs()).extracting(ViewPair::getOrigin).containsExactly(new Origin(2, 0L), new Origin(2, 2L));
        assertThat(pairs())
                .extracting(ViewPair::getImageId)
                .containsOnly(ImageId.of(GOOD).toString());
        assertThat(rejects())
                .containsExactly(new RejectedImage(
                        RejectReason.NOT_AN_IMAGE,
                        "No decoder knows bytes that begin with 3c68746d6c3e",
                        new Origin(2, 1L),
                        "camera-1",
                        ByteBuffer.wrap(BROKEN),
                        (long) BROKEN.length));
        assertThat(CollectingSink.written()).extracting(Outgoing::partition).containsOnly(2);
    }

    @Test
    void aForeignRecordIsRejectedAndTheJobGoesOn() throws Exception {
        StreamExecutionEnvironment flink = flink();

        AugmentJob.define(
                flink,
                CONFIG,
                images(index -> index == 0 ? new RawImage(0, 2, 0, -1, new byte[] {1, 2, 3}) : avro(index, GOOD), 2),
                new CollectingSink());
        flink.execute();

        assertThat(pairs()).hasSize(1);
        assertThat(rejects()).singleElement().satisfies(reject -> {
            assertThat(reject.getReason()).isEqualTo(RejectReason.FOREIGN_RECORD);
            assertThat(reject.getSource()).isEmpty();
            assertThat(reject.getEncodedLength()).isEqualTo(3);
        });
    }

    @Test
    void damagedRecordsAndOneWithoutAValueBecomeAViewOrARejectEach() throws Exception {
        List<byte[]> values = damaged(avro(0, GOOD).value(), 200);
        StreamExecutionEnvironment flink = flink();

        AugmentJob.define(
                flink,
                CONFIG,
                images(index -> new RawImage(0, 2, index, -1, values.get(index.intValue())), values.size()),
                new CollectingSink());
        flink.execute();

        assertThat(pairs().size() + rejects().size()).isEqualTo(values.size());
        assertThat(rejects()).extracting(RejectedImage::getReason).doesNotContain(RejectReason.OTHER);
        assertThat(rejects()).first().satisfies(reject -> assertThat(reject.getDetail())
                .startsWith("The record is not a EncodedImage: 0 bytes"));
    }

    /** Nothing at all, and a record with a part of its end missing or with three of its bits turned, by turns. */
    private static List<byte[]> damaged(byte[] whole, int count) {
        SplittableRandom random = new SplittableRandom(5);
        List<byte[]> all = new ArrayList<>(List.of(new byte[0]));
        while (all.size() < count) {
            all.add(Arrays.copyOf(whole, random.nextInt(whole.length)));
            byte[] flipped = whole.clone();
            for (int flip = 0; flip < 3; flip++) {
                flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
            }
            all.add(flipped);
        }
        return all;
    }

    @Test
    void bareImageBytesGiveTheSameViewsAsOurOwnRecords() throws Exception {
        StreamExecutionEnvironment flink = flink();
        AugmentJob.define(flink, CONFIG, images(index -> avro(index, GOOD), 1), new CollectingSink());
        flink.execute();
        ViewPair fromRecord = pairs().get(0);
        CollectingSink.clear();

        StreamExecutionEnvironment other = flink();
        AugmentConfig bytes = CONFIG.withDrawing(CONFIG.drawing().withFormat(ImagesFormat.BYTES));
        AugmentJob.define(other, bytes, images(index -> new RawImage(0, 2, index, -1, GOOD), 1), new CollectingSink());
        other.execute();

        assertThat(pairs()).containsExactly(fromRecord);
    }

    @Test
    void viewsCarrySeedPassAndRecipeAndDifferFromPassToPass() throws Exception {
        StreamExecutionEnvironment flink = flink();
        AugmentConfig seeded = CONFIG.withDrawing(CONFIG.drawing().withSeed(99));

        AugmentJob.define(
                flink,
                seeded,
                images(
                        index -> new RawImage(
                                index.intValue(), 2, 0, -1, avro(0, GOOD).value()),
                        2),
                new CollectingSink());
        flink.execute();

        assertThat(pairs()).extracting(ViewPair::getPass).containsExactly(0, 1);
        assertThat(pairs()).extracting(ViewPair::getRunSeed).containsOnly(99L);
        assertThat(pairs())
                .extracting(ViewPair::getRecipe)
                .containsOnly(Recipe.parse("cifar").fingerprint());
        assertThat(pairs().get(0).getFirst()).isNotEqualTo(pairs().get(1).getFirst());
        assertThat(pairs().get(0).getFirst()).isNotEqualTo(pairs().get(0).getSecond());
    }

    @Test
    void everyPassOfAPictureCarriesTheSameHashWhereTheRecipeAsksForIt() throws Exception {
        StreamExecutionEnvironment flink = flink();
        AugmentConfig hashing = CONFIG.withDrawing(RenderSettings.by(Recipe.parse("cifar,picture-hash=yes")));
        byte[] photograph = encode(shapes(400, 300), "jpg");

        AugmentJob.define(
                flink,
                hashing,
                images(
                        index -> new RawImage(
                                index.intValue(), 2, 0, -1, avro(0, photograph).value()),
                        5),
                new CollectingSink());
        flink.execute();

        assertThat(pairs()).hasSize(5).extracting(ViewPair::getPictureHash).doesNotContainNull();
        assertThat(Set.copyOf(pairs().stream().map(ViewPair::getPictureHash).toList()))
                .hasSize(1)
                .doesNotContain(PictureHash.PLAIN);
    }

    @Test
    void whatWasCutOffBecomesAPairWhereTheRecipeKeepsIt() throws Exception {
        byte[] photograph = encode(shapes(400, 300), "jpg");
        byte[] cut = Arrays.copyOf(photograph, photograph.length / 2);
        Recipe keeping = Recipe.parse("cifar,cut-images=keep");
        StreamExecutionEnvironment flink = flink();

        AugmentJob.define(flink, CONFIG, images(index -> avro(index, cut), 1), new CollectingSink());
        flink.execute();

        assertThat(rejects()).extracting(RejectedImage::getReason).containsExactly(RejectReason.BROKEN);
        CollectingSink.clear();
        StreamExecutionEnvironment other = flink();
        AugmentJob.define(
                other,
                CONFIG.withDrawing(RenderSettings.by(keeping)),
                images(index -> avro(index, cut), 1),
                new CollectingSink());
        other.execute();

        assertThat(rejects()).isEmpty();
        assertThat(pairs()).extracting(ViewPair::getRecipe).containsExactly(keeping.fingerprint());
    }

    @Test
    void whatTheFirstPassRejectedIsNotSaidAgainAndWhatItReadIs() throws Exception {
        byte[] damaged = encode(shapes(400, 300), "jpg");
        Arrays.fill(damaged, damaged.length * 9 / 10, damaged.length - 2, (byte) 0xff);
        ViewEngine engine = new ViewEngine(CONFIG.drawing().recipe());
        long seed;
        try (ImageDecoder decoder =
                CONFIG.drawing().recipe().imageDecoder(CONFIG.drawing().limits())) {
            seed = LongStream.range(0, 1000)
                    .filter(each ->
                            isRead(decoder, engine, damaged, each, 0) && !isRead(decoder, engine, damaged, each, 1))
                    .findFirst()
                    .orElseThrow();
        }
        List<byte[]> values = List.of(BROKEN, damaged);
        StreamExecutionEnvironment flink = flink();

        AugmentJob.define(
                flink,
                CONFIG.withDrawing(CONFIG.drawing().withSeed(seed)),
                images(
                        index -> new RawImage(
                                1,
                                2,
                                index,
                                -1,
                                true,
                                avro(index, values.get(index.intValue())).value()),
                        2),
                new CollectingSink());
        flink.execute();

        assertThat(rejects()).extracting(RejectedImage::getOrigin).containsExactly(new Origin(2, 1L));
        assertThat(pairs()).isEmpty();
    }

    private static boolean isRead(ImageDecoder decoder, ViewEngine engine, byte[] image, long seed, int pass) {
        return decoder.decode(image, engine.wanted(seed, ImageId.of(image), pass))
                .match(decoded -> true, rejected -> false);
    }

    /** Coloured squares. */
    private static BufferedImage shapes(int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, (int) Seeds.of(1, "square", x / 40 + 10L * (y / 40)) & 0xffffff);
            }
        }
        return image;
    }

    private static byte[] encode(BufferedImage image, String format) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            assertThat(ImageIO.write(image, format, bytes)).isTrue();
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }

    @Test
    void aRejectCarriesOnlyTheFirstBytesOfItsImage() throws Exception {
        StreamExecutionEnvironment flink = flink();
        RenderSettings usual = CONFIG.drawing();
        AugmentConfig sparing =
                CONFIG.withDrawing(new RenderSettings(usual.recipe(), usual.seed(), usual.limits(), usual.format(), 2));

        AugmentJob.define(flink, sparing, images(index -> avro(index, BROKEN), 1), new CollectingSink());
        flink.execute();

        assertThat(rejects()).singleElement().satisfies(reject -> {
            assertThat(reject.getEncoded()).isEqualTo(ByteBuffer.wrap(new byte[] {'<', 'h'}));
            assertThat(reject.getEncodedLength()).isEqualTo(BROKEN.length);
        });
    }

    @Test
    void recordsTravelWithoutKryo() {
        for (Class<?> type : List.of(RawImage.class, Outgoing.class)) {
            assertThat(TypeInformation.of(type).toString())
                    .startsWith("PojoType")
                    .doesNotContain("GenericType");
        }
    }

    private static StreamExecutionEnvironment flink() throws Exception {
        URI at = cluster.getRestAddress().get();
        Configuration settings = new Configuration();
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        StreamExecutionEnvironment flink =
                StreamExecutionEnvironment.createRemoteEnvironment(at.getHost(), at.getPort(), settings);
        return flink.setParallelism(1);
    }

    private static DataGeneratorSource<RawImage> images(GeneratorFunction<Long, RawImage> image, long count) {
        return new DataGeneratorSource<>(image, count, TypeInformation.of(RawImage.class));
    }

    private static RawImage avro(long offset, byte[] encoded) {
        EncodedImage image =
                new EncodedImage("camera-" + offset, ByteBuffer.wrap(encoded), null, Instant.EPOCH, Map.of(), null);
        return new RawImage(0, 2, offset, -1, WireFormat.ENCODED_IMAGE.encode(image));
    }
}
