package io.streamclr.it;

import static io.streamclr.it.WrittenEmbeddings.FIRST;
import static io.streamclr.it.WrittenEmbeddings.SECOND;
import static io.streamclr.it.WrittenEmbeddings.embedding;
import static io.streamclr.it.WrittenEmbeddings.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.jerolba.carpet.CarpetReader;
import com.jerolba.carpet.annotation.Alias;
import io.streamclr.console.sink.EmbeddingSink;
import io.streamclr.console.sink.ParquetSeries;
import io.streamclr.console.vectors.EmbeddingLog;
import io.streamclr.process.place.Place;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.topic.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A topic of embeddings in Parquet files, each embedding in one. */
@ExtendWith(RealBroker.class)
class EmbeddingExportTest {

    private static final String NONE_YET = "-000000000000";

    @TempDir
    Path folder;

    private record Row(
            String id,
            int partition,
            long offset,
            @Alias("arrived_at") Instant arrivedAt,
            String source,
            String run,
            long step,
            String encoder,
            Integer label,
            @Alias("class_name") String className,
            List<Float> embedding) {}

    @Test
    void filesHoldAllThatTheTopicSaysInOrderAndAreNamedByTheirRanges() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("exported")) {
            topic.send(0, 5, FIRST).send(5, 10, SECOND).send(1, new byte[] {9}).written();

            Command exported = export(topic, "--to", folder.toString(), "--rows", "3");

            assertThat(exported.exitCode()).as(exported.errors()).isZero();
            assertThat(exported.output())
                    .isEqualToIgnoringNewLines("10 embeddings in 4 new files in " + folder
                            + ", and 1 record was passed over that is no embedding");
            assertThat(parquet(folder))
                    .containsExactly(
                            "embeddings-p00000-000000000000-000000000003.parquet",
                            "embeddings-p00000-000000000003-000000000005.parquet",
                            "embeddings-p00001-000000000000-000000000003.parquet",
                            "embeddings-p00001-000000000003-000000000005.parquet");
            List<Row> rows = rows(folder);
            assertThat(rows).extracting(Row::id).containsExactly(ids(0, 2, 4, 6, 8, 1, 3, 5, 7, 9));
            Row sixth = rows.get(3);
            assertThat(sixth.offset()).isEqualTo(3);
            assertThat(sixth.arrivedAt()).isEqualTo(Instant.ofEpochSecond(1_700_000_006L));
            assertThat(sixth.source() + " " + sixth.run() + " " + sixth.step() + " " + sixth.className() + " "
                            + sixth.label() + " " + sixth.encoder())
                    .isEqualTo("shots/6.png night 200 owl 7 " + SECOND);
            for (int i = 0; i < sixth.embedding().size(); i++) {
                assertThat(sixth.embedding().get(i)).isEqualTo(vector(6)[i]);
            }
            assertThat(rows.get(9).className()).isNull();
        }
    }

    @Test
    void anExportThatWasKilledIsRepeatedAndEachEmbeddingIsInOneFile() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("killed.export")) {
            topic.send(0, 30, FIRST).written();
            killed(topic, folder);
            Path left = Files.writeString(folder.resolve(".embeddings-p00000.partial"), "half of it");
            topic.send(20, 30, FIRST).send(30, 40, FIRST).written(); // what the job repeats after a crash

            assertThat(export(topic, "--to", folder.toString(), "--rows", "7").exitCode())
                    .isZero();
            assertThat(export(topic, "--to", folder.toString()).lastLine()).startsWith("0 embeddings in 0 new files");

            assertThat(rows(folder)).extracting(Row::id).containsExactlyInAnyOrder(all(40));
            assertThat(left).doesNotExist();
            Command one = export(topic, "--to", folder.toString(), "--encoder-digest", FIRST);
            assertThat(one.exitCode()).as(one.errors()).isZero();
            assertThat(parquet(folder).stream().filter(name -> name.startsWith("embeddings-111111111111-p0000")))
                    .as("another choice is another series")
                    .hasSize(2);
        }
    }

    /** Takes all, completes what has ten rows, and ends without the rest. */
    private static void killed(WrittenEmbeddings topic, Path place) {
        String topicId;
        try (Topics topics = Topics.at(RealBroker.connection())) {
            topicId = topics.identity(topic.topic());
        }
        List<String> files = new ArrayList<>();
        try (EmbeddingSink sink = ParquetSeries.open(place, Optional.empty(), topicId, 10, files::add);
                EmbeddingLog log =
                        EmbeddingLog.open(RealBroker.connection(), topic.topic(), Optional.empty(), sink.position())) {
            log.readToEnd(batch -> sink.add(batch, log.position()));
        }
        assertThat(files).hasSize(2);
    }

    @Test
    void aBucketIsAsGoodAsAFolder() throws Exception {
        try (TinyS3 s3 = new TinyS3();
                WrittenEmbeddings topic = new WrittenEmbeddings("bucket.export")) {
            topic.send(0, 30, FIRST).written();
            killed(topic, Place.of(s3.uri("lake")));
            topic.send(30, 36, FIRST).written();

            Command exported = export(topic, "--to", s3.uri("lake"));

            assertThat(exported.exitCode()).as(exported.errors()).isZero();
            assertThat(s3.keys("lake/").stream().filter(key -> key.endsWith(".parquet")))
                    .containsExactly(
                            "lake/embeddings-p00000-000000000000-000000000010.parquet",
                            "lake/embeddings-p00000-000000000010-000000000018.parquet",
                            "lake/embeddings-p00001-000000000000-000000000010.parquet",
                            "lake/embeddings-p00001-000000000010-000000000018.parquet");
            for (String key : s3.keys("lake/embeddings")) {
                Files.copy(
                        Place.of(s3.uri("lake") + key.substring("lake/".length())),
                        folder.resolve(key.substring("lake/".length())));
            }
            assertThat(rows(folder)).extracting(Row::id).containsExactlyInAnyOrder(all(36));
        }
    }

    @Test
    void followingWritesFilesAsEmbeddingsComeUntilItIsStopped() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("followed.export")) {
            topic.send(0, 4, FIRST).written();
            Thread following = new Thread(
                    () -> export(topic, "--to", folder.toString(), "--follow", "--every", "1s"), "following");
            following.start();
            try {
                await().atMost(Duration.ofMinutes(2)).until(() -> rows(folder).size() == 4);
                topic.send(4, 8, FIRST).written();
                await().atMost(Duration.ofMinutes(2)).until(() -> rows(folder).size() == 8);
            } finally {
                following.interrupt();
                following.join();
            }

            assertThat(rows(folder)).extracting(Row::id).containsExactlyInAnyOrder(all(8));
            assertThat(parquet(folder)).hasSizeGreaterThanOrEqualTo(4);
        }
    }

    @Test
    void aSecondWriterAndFilesOfAnotherTopicAreRefused() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("refused.export");
                WrittenEmbeddings other = new WrittenEmbeddings("refused.export.other")) {
            topic.send(0, 4, FIRST).written();
            other.send(0, 2, FIRST).written();
            try (EmbeddingSink first = ParquetSeries.open(folder, Optional.empty(), "id", 10, line -> {})) {
                assertThat(export(topic, "--to", folder.toString()).errors())
                        .contains("Another process is writing embeddings to " + folder
                                + "; stop it, or give another folder");
                assertThat(first.written()).isZero();
            }
            assertThat(export(topic, "--to", folder.toString()).exitCode()).isZero();

            assertThat(export(other, "--to", folder.toString()).errors())
                    .contains(
                            "is of another topic, or of one that was deleted and made anew since; give another folder");
            Files.copy(
                    folder.resolve("embeddings-p00000" + NONE_YET + "-000000000002.parquet"),
                    folder.resolve("embeddings-p00000" + NONE_YET + "-000000000001.parquet"));
            assertThatThrownBy(() -> ParquetSeries.open(folder, Optional.empty(), "id", 10, line -> {}))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageContaining("hold the same offsets, because two processes wrote there");
            assertThat(export(topic, "--to", folder.toString(), "--every", "1s").exitCode())
                    .isEqualTo(2);
            assertThat(export(topic, "--to", folder.toString(), "--table", "t").exitCode())
                    .isEqualTo(2);
        }
    }

    @Test
    void vectorsOfSixteenBitsAreWrittenAsTheNumbersThatTheyStandFor() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("halves.export")) {
            float[] numbers = {0.5f, -2, 65504};
            ImageEmbedding half = embedding(
                    WrittenEmbeddings.id(0), new Origin(0, 0L), "half.png", FIRST, VectorFormat.FLOAT16, numbers);
            topic.send(half).written();

            assertThat(export(topic, "--to", folder.toString()).exitCode()).isZero();

            assertThat(rows(folder).get(0).embedding()).containsExactly(0.5f, -2f, 65504f);
        }
    }

    private static Command export(WrittenEmbeddings topic, String... options) {
        List<String> all = new ArrayList<>(
                List.of("embeddings", "export", "--topic", topic.topic(), "--bootstrap-server", RealBroker.address()));
        all.addAll(Arrays.asList(options));
        return Command.run(all.toArray(String[]::new));
    }

    private static List<String> parquet(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".parquet"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Row> rows(Path folder) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String name : parquet(folder)) {
            rows.addAll(new CarpetReader<>(folder.resolve(name).toFile(), Row.class).toList());
        }
        return rows;
    }

    private static String[] ids(int... images) {
        return Arrays.stream(images).mapToObj(WrittenEmbeddings::id).toArray(String[]::new);
    }

    private static String[] all(int count) {
        return ids(IntStream.range(0, count).toArray());
    }
}
