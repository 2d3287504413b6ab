package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.topic.Topic;
import java.io.File;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.FileRecords;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Views lie on the broker's disk as they were asked to be packed. */
@ExtendWith(RealBroker.class)
class CompressionTest {

    private static final int IMAGES = 30;

    @BeforeAll
    static void sendImages() throws Exception {
        RealBroker.create(Topic.IMAGES, "packed.images", 1);
        RealBroker.create(Topic.IMAGES_REJECTED, "packed.rejects", 1);
        RealBroker.sendPictures("packed.images", 0, IMAGES, 1);
    }

    @ParameterizedTest
    @EnumSource(
            value = CompressionType.class,
            names = {"LZ4", "ZSTD"})
    void viewsAreStoredAsTheyWereAskedToBePacked(CompressionType kind) throws Exception {
        String views = "packed." + kind.name;
        RealBroker.create(Topic.VIEWS, views, 1);

        Command rendered = Command.run(
                "augment",
                "--recipe",
                "cifar",
                "--compression",
                kind.name,
                "--images-topic",
                "packed.images",
                "--views-topic",
                views,
                "--rejects-topic",
                "packed.rejects",
                "--bootstrap-server",
                RealBroker.address());

        assertThat(rendered.exitCode()).as(rendered.errors()).isZero();
        assertThat(RealBroker.read(views).get(0)).hasSize(IMAGES);
        assertThat(kindsOnDisk(views)).containsExactly(kind);
    }

    /** How the batches of a topic's first partition are packed in the file that the broker keeps them in. */
    private static Set<CompressionType> kindsOnDisk(String topic) throws Exception {
        Set<CompressionType> kinds = EnumSet.noneOf(CompressionType.class);
        try (Admin admin = Admin.create(RealBroker.connection().with(Map.of()))) {
            int broker = admin.describeCluster().controller().get().id();
            for (String folder : admin.describeLogDirs(Set.of(broker))
                    .allDescriptions()
                    .get()
                    .get(broker)
                    .keySet()) {
                File log = Path.of(folder, topic + "-0", "00000000000000000000.log")
                        .toFile();
                try (FileRecords records = FileRecords.open(log, false)) {
                    records.batches().forEach(batch -> kinds.add(batch.compressionType()));
                }
            }
        }
        return kinds;
    }
}
