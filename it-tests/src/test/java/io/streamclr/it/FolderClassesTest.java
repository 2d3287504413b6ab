package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.wire.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A folder for each class, on its way into a real broker. */
@ExtendWith(RealBroker.class)
@Timeout(180)
class FolderClassesTest {

    private static final List<String> NAMES = List.of("ant", "bee", "cat", "dog");
    private static final int OF_EACH = 60;

    @TempDir
    Path folder;

    @BeforeEach
    void writeClasses() throws IOException {
        for (int i = 0; i < NAMES.size() * OF_EACH; i++) {
            Path pets = Files.createDirectories(folder.resolve("pets/train").resolve(NAMES.get(i / OF_EACH)));
            Files.write(pets.resolve(i + ".png"), Pictures.png(i, 16));
        }
    }

    @Test
    void classesTravelWithTheirImagesMixedAndTheSameEveryTime() throws Exception {
        RealBroker.create(Topic.IMAGES, "mixed.images", 1);
        RealBroker.create(Topic.IMAGES, "again.images", 1);

        Command first = send(folder.resolve("pets"), "mixed.images");
        Command second = send(folder.resolve("pets"), "mixed.images");
        send(folder.resolve("pets"), "again.images");

        assertThat(first.errors())
                .contains("note: 4 classes from folder names: ant, bee, cat, dog; --labels none turns this off");
        assertThat(second.lastLine()).startsWith("0 images sent").contains("240 already there");
        List<EncodedImage> sent = images("mixed.images");
        assertThat(sent).hasSize(240).allSatisfy(image -> {
            assertThat(image.getSource()).startsWith("pets/train/" + image.getClassName() + "/");
            assertThat(image.getLabel()).isEqualTo(NAMES.indexOf(image.getClassName()));
        });
        assertThat(changes(sent)).isBetween(150L, 210L); // 180 are expected
        assertThat(images("again.images")).isEqualTo(sent);
    }

    @Test
    void someOfThemAreAFairSampleUnlessTheOrderIsAskedFor() throws Exception {
        RealBroker.create(Topic.IMAGES, "sample.images", 1);
        RealBroker.create(Topic.IMAGES, "ordered.images", 1);

        send(folder.resolve("pets"), "sample.images", "--limit", "60");
        send(folder.resolve("pets"), "ordered.images", "--limit", "60", "--in-order");

        assertThat(images("sample.images")).hasSize(60);
        for (String name : NAMES) {
            assertThat(images("sample.images"))
                    .filteredOn(image -> image.getClassName().equals(name))
                    .hasSizeBetween(4, 26); // 15 are expected
        }
        assertThat(images("ordered.images")).hasSize(60).allMatch(image -> image.getLabel() == 0);
    }

    @Test
    void imagesThatAreSentClassAfterClassAreReported() throws Exception {
        RealBroker.create(Topic.IMAGES, "sorted.images", 1);
        for (int i = 0; i < 1000; i++) {
            Files.writeString(
                    folder.resolve("pets/train").resolve(NAMES.get(i / 250)).resolve(i + ".jpg"), "image " + i);
        }

        Command sent = send(folder.resolve("pets"), "sorted.images", "--in-order");
        Command without = send(folder.resolve("pets"), "sorted.images", "--in-order", "--labels", "none", "--no-check");

        assertThat(sent.errors())
                .contains(
                        "images come sorted by class, so a training sees few classes at a time and forgets the others:"
                                + " shuffle it before, or, of a place that has an end, leave out --in-order")
                .containsOnlyOnce("sorted by class");
        assertThat(without.errors()).doesNotContain("note:");
        assertThat(images("sorted.images").subList(1240, 2480))
                .allMatch(image -> image.getLabel() == null && image.getClassName() == null);
    }

    @Test
    void aPlaceThatNumbersItsClassesOtherwiseThanTheTopicIsReported() throws Exception {
        RealBroker.create(Topic.IMAGES, "clash.images", 1);
        for (String name : List.of("bee", "cat")) {
            Path some = Files.createDirectories(folder.resolve("some").resolve(name));
            Files.write(some.resolve("1.png"), Pictures.png(1000 + NAMES.indexOf(name), 16));
        }

        send(folder.resolve("pets"), "clash.images");
        Command some = send(folder.resolve("some"), "clash.images", "--in-order");

        assertThat(some.errors())
                .contains(
                        "note: class 0 is bee in one place and ant in another, which number their classes differently")
                .containsOnlyOnce("number their classes");
    }

    private static Command send(Path place, String topic, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "ingest", place.toString(), "--images-topic", topic, "--bootstrap-server", RealBroker.address()));
        all.addAll(List.of(more));
        Command command = Command.run(all.toArray(String[]::new));
        assertThat(command.exitCode()).as(command.errors()).isZero();
        return command;
    }

    private static long changes(List<EncodedImage> images) {
        return IntStream.range(1, images.size())
                .filter(i -> !Objects.equals(
                        images.get(i).getLabel(), images.get(i - 1).getLabel()))
                .count();
    }

    private static List<EncodedImage> images(String topic) throws Exception {
        List<EncodedImage> images = new ArrayList<>();
        for (Map.Entry<Integer, List<ConsumerRecord<byte[], byte[]>>> partition :
                RealBroker.read(topic).entrySet()) {
            for (ConsumerRecord<byte[], byte[]> record : partition.getValue()) {
                images.add(WireFormat.ENCODED_IMAGE.decode(record.value()));
            }
        }
        return images;
    }
}
