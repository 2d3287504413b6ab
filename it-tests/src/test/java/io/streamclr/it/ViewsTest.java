package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.wire.WireFormat;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A person looks at views, and has them rendered again. */
@ExtendWith(RealBroker.class)
class ViewsTest {

    private static final int SIDE = 32;

    @TempDir
    static Path folder;

    @BeforeAll
    static void drawViews() throws Exception {
        Pictures.write(folder.resolve("pictures"), 12, 40);
        RealBroker.create(Topic.IMAGES, "looked.images", 2);
        RealBroker.create(Topic.VIEWS, "looked.views", 2);
        RealBroker.create(Topic.VIEWS, "looked.changed", 1);
        RealBroker.create(Topic.IMAGES_REJECTED, "looked.rejects", 2);
        assertThat(run("ingest", folder.resolve("pictures").toString(), "--images-topic", "looked.images")
                        .exitCode())
                .isZero();
        assertThat(run(
                                "augment",
                                "--recipe",
                                "cifar",
                                "--passes",
                                "2",
                                "--images-topic",
                                "looked.images",
                                "--views-topic",
                                "looked.views",
                                "--rejects-topic",
                                "looked.rejects")
                        .exitCode())
                .isZero();
    }

    @Test
    void anyPairIsShownByItsOffsetInPixelsAndInWords() throws Exception {
        ConsumerRecord<byte[], byte[]> record =
                RealBroker.read("looked.views").get(1).get(1);
        ViewPair pair = WireFormat.VIEW_PAIR.decode(record.value());
        Path file = folder.resolve("one.png");

        Command shown = views("show", "--partition", "1", "--offset", "1", "--tile", "32", "--out", file.toString());

        assertThat(shown.exitCode()).as(shown.errors()).isZero();
        assertThat(shown.output())
                .startsWith("partition 1 offset 1: image " + pair.getImageId() + ", pass " + pair.getPass()
                        + ", from partition 1 offset " + pair.getOrigin().getOffset() + ", recipe cifar ("
                        + pair.getRecipe() + ")")
                .containsPattern("\\n  first   crop [0-9]+ % of the image; "
                        + pair.getFirst().getLineage().getCrop().getWidth() + " x ")
                .containsPattern("\\n  second  crop [0-9]+ % of the image; "
                        + pair.getSecond().getLineage().getCrop().getWidth() + " x ");
        BufferedImage picture = ImageIO.read(file.toFile());
        requireShown(pair.getFirst(), picture, 24 + SIDE + 8);
        requireShown(pair.getSecond(), picture, 24 + 2 * (SIDE + 8));
    }

    @Test
    void aSheetHoldsAsManyPairsAsAskedForFromAnOffsetOn() {
        Command shown = views(
                "show",
                "--offset",
                "0",
                "--count",
                "5",
                "--out",
                folder.resolve("some.png").toString());

        assertThat(shown.exitCode()).as(shown.errors()).isZero();
        assertThat(shown.output().lines().filter(line -> line.startsWith("partition 0 offset ")))
                .hasSize(5);
    }

    @Test
    void whatWasRenderedByAPresetIsTheSameWhenItIsRenderedAgain() {
        Command verified = views("verify", "--count", "1000", "--json");

        assertThat(verified.exitCode()).as(verified.errors()).isZero();
        assertThat(verified.lastLine()).isEqualTo("{\"compared\":24,\"different\":0,\"undecodable\":0}");
    }

    @Test
    void partitionsThatEndInMarkersOfTransactionsAreReadToTheirEnd() throws Exception {
        RealBroker.create(Topic.VIEWS, "looked.committed", 2);
        try (KafkaProducer<byte[], byte[]> writer = new KafkaProducer<>(
                RealBroker.connection().with(Map.of("transactional.id", "looked")),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            writer.initTransactions();
            for (ConsumerRecord<byte[], byte[]> pair :
                    RealBroker.read("looked.views").get(0).subList(0, 3)) {
                writer.beginTransaction();
                writer.send(new ProducerRecord<>("looked.committed", 0, pair.key(), pair.value(), pair.headers()))
                        .get();
                writer.commitTransaction();
            }
        }
        String[] topics = {"--views-topic", "looked.committed", "--images-topic", "looked.images", "--json"};

        Command all = run(Stream.concat(Stream.of("views", "verify"), Arrays.stream(topics))
                .toArray(String[]::new));
        Command newest = run(Stream.concat(Stream.of("views", "verify", "--count", "2"), Arrays.stream(topics))
                .toArray(String[]::new));
        Command marker = run(Stream.concat(Stream.of("views", "verify", "--offset", "5"), Arrays.stream(topics))
                .toArray(String[]::new));

        assertThat(all.lastLine()).as(all.errors()).isEqualTo("{\"compared\":3,\"different\":0,\"undecodable\":0}");
        assertThat(newest.lastLine())
                .as(newest.errors())
                .isEqualTo("{\"compared\":1,\"different\":0,\"undecodable\":0}");
        assertThat(marker.errors())
                .isEqualToNormalizingNewlines(
                        "streamclr: Topic looked.committed, partition 0 has no pair at offset 5 or"
                                + " after it, only the end of a transaction; name an older offset\n");
    }

    @Test
    void aViewOfWhichOneByteWasChangedIsFound() throws Exception {
        List<ConsumerRecord<byte[], byte[]>> records =
                new ArrayList<>(RealBroker.read("looked.views").get(0));
        for (int i = 0; i < 3; i++) {
            ViewPair pair = WireFormat.VIEW_PAIR.decode(records.get(i).value());
            if (i == 1) {
                // The buffer is over an array of the record's own.
                ByteBuffer pixels = pair.getSecond().getPixels();
                pixels.put(100, (byte) (pixels.get(100) ^ 1));
            }
            RealBroker.send("looked.changed", 0, records.get(i).key(), WireFormat.VIEW_PAIR.encode(pair));
        }

        Command unnamed = run("views", "verify", "--views-topic", "looked.changed", "--images-topic", "looked.images");
        Command verified = run(
                "views",
                "verify",
                "--recipe",
                "cifar",
                "--views-topic",
                "looked.changed",
                "--images-topic",
                "looked.images");

        assertThat(unnamed.errors())
                .as("records of others do not say their recipe")
                .contains("name it with --recipe");

        assertThat(verified.output())
                .isEqualToNormalizingNewlines("partition 0 offset 1 differs\n3 pairs rendered again, 1 differ\n");
        assertThat(verified.exitCode()).isEqualTo(1);
    }

    @Test
    void whatCannotBeShownIsRefusedInOneSentence() {
        assertThat(views("show", "--offset", "999").errors())
                .isEqualToNormalizingNewlines("streamclr: Topic looked.views, partition 0 holds offsets 0 to "
                        + (RealBroker.read("looked.views").get(0).size() - 1)
                        + ", and not 999; older ones have expired, newer ones are yet to come\n");
        assertThat(views("show", "--partition", "1").errors()).contains("--partition needs --offset");
        String picture = folder.resolve("large.png").toString();
        assertThat(views("show", "--count", "24", "--tile", "2048", "--out", picture)
                        .errors())
                .contains("ask for fewer with --count");
        assertThat(views("verify", "--recipe", "cifar,blur.p=0.5").errors())
                .contains("name with --recipe the one that was given");
    }

    /** Pixel by pixel, but for the border, where the frame begins. */
    private static void requireShown(View view, BufferedImage picture, int left) {
        for (int y = 1; y < SIDE - 1; y++) {
            for (int x = 1; x < SIDE - 1; x++) {
                int at = view.getPixels().position() + 3 * (y * SIDE + x);
                int colour = (view.getPixels().get(at) & 0xff) << 16
                        | (view.getPixels().get(at + 1) & 0xff) << 8
                        | (view.getPixels().get(at + 2) & 0xff);
                assertThat(picture.getRGB(left + x, 24 + y) & 0xffffff).isEqualTo(colour);
            }
        }
    }

    private static Command views(String... words) {
        List<String> all = new ArrayList<>(List.of("views"));
        all.addAll(List.of(words));
        all.addAll(List.of("--views-topic", "looked.views", "--images-topic", "looked.images"));
        return run(all.toArray(String[]::new));
    }

    private static Command run(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--bootstrap-server", RealBroker.address()));
        return Command.run(all.toArray(String[]::new));
    }
}
