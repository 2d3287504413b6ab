package io.streamclr.it;

import static io.streamclr.it.WrittenEmbeddings.FIRST;
import static io.streamclr.it.WrittenEmbeddings.SECOND;
import static io.streamclr.it.WrittenEmbeddings.embedding;
import static io.streamclr.it.WrittenEmbeddings.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jerolba.carpet.CarpetReader;
import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.form.FileDigest;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is like an image, in a topic of embeddings on a real broker. */
@ExtendWith(RealBroker.class)
class EmbeddingSearchTest {

    @TempDir
    Path folder;

    @Test
    void eachEmbeddingOfTheNewestEncoderIsSearchedOnceAndALineSaysWhatWasLeftOut() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("searched")) {
            ImageEmbedding elsewhere = embedding(
                    id(50), new Origin(1, 900L), "elsewhere.png", SECOND, VectorFormat.FLOAT32, new float[] {1});
            float[] odd = WrittenEmbeddings.vector(40);
            odd[3] = Float.NaN;
            topic.send(0, 20, FIRST)
                    .send(20, 40, SECOND)
                    .send(30, 40, SECOND) // again, as after a crash of the job
                    .send(0, new byte[] {1, 2, 3})
                    .send(1, (byte[]) null)
                    .send(0, WireFormat.IMAGE_EMBEDDING.encode(elsewhere))
                    .send(embedding(40, SECOND, odd))
                    .written();

            Command found = search(topic, "--like-id", id(23), "--top", "40");

            assertThat(found.exitCode()).as(found.errors()).isZero();
            JsonNode results = json(found).path("results");
            assertThat(results.findValuesAsText("id"))
                    .containsExactlyInAnyOrder(ids(20, 40))
                    .startsWith(id(23));
            assertThat(results.path(0).path("cosine").asDouble()).isCloseTo(1, within(1e-5));
            assertThat(results.path(0).path("source").asText()).isEqualTo("shots/23.png");
            assertThat(results.findValuesAsText("id").subList(0, 10)).containsExactlyInAnyOrder(ids(20, 30));
            assertThat(json(found).path("encoder").asText()).isEqualTo(SECOND);
            assertThat(found.errors())
                    .isEqualToIgnoringNewLines("Searching in 20 embeddings by night@200 (222222222222); 20 of other"
                            + " encoders were left out, and 4 records were passed over that are no embeddings");

            Command table = Command.run(arguments(topic, "--like-id", id(26), "--top", "1"));
            assertThat(table.output()).containsPattern("1 +1\\.0000 +owl +shots/26\\.png");
        }
    }

    @Test
    void anOlderEncoderIsChosenByItsDigestOrByItsRunAndStep() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("chosen")) {
            topic.name(FIRST, "night", 100)
                    .name(SECOND, "night", 200)
                    .send(0, 20, FIRST)
                    .send(20, 40, SECOND)
                    .written();

            Command byDigest = search(topic, "--like-id", id(3), "--encoder-digest", FIRST);
            Command byName = search(topic, "--like-id", id(3), "--encoder-digest", "night@100");
            Command unknown = search(topic, "--like-id", id(3), "--encoder-digest", "night@300");
            Command notIts = search(topic, "--like-id", id(3));

            assertThat(json(byDigest).path("embeddings").asInt()).isEqualTo(20);
            assertThat(byName.output()).isEqualTo(byDigest.output());
            assertThat(unknown.exitCode()).isEqualTo(1);
            assertThat(unknown.errors())
                    .isEqualToIgnoringNewLines(
                            "streamclr: Topic chosen.encoders names no encoder night@300; its newest are"
                                    + " night@100, night@200; name one by its SHA-256");
            assertThat(notIts.exitCode()).isEqualTo(1);
            assertThat(notIts.errors())
                    .contains("has no embedding of image " + id(3) + " by the encoder with digest 222");
        }
    }

    @Test
    void anIndexFindsWhatComparingFindsAndGoesOnWhereItWas() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("indexed")) {
            String index = folder.resolve("index").toString();
            topic.send(0, 30, FIRST).written();
            Command first = search(topic, "--like-id", id(5), "--index", index, "--top", "10");
            topic.send(20, 30, FIRST).send(30, 50, FIRST).written();

            Command second = search(topic, "--like-id", id(45), "--index", index, "--top", "100");

            assertThat(json(first).path("results").findValuesAsText("id"))
                    .containsExactlyElementsOf(json(search(topic, "--like-id", id(5), "--top", "10"))
                            .path("results")
                            .findValuesAsText("id"));
            assertThat(json(second).path("embeddings").asInt()).isEqualTo(50);
            assertThat(json(second).path("results").findValuesAsText("id"))
                    .containsExactlyInAnyOrder(ids(0, 50))
                    .startsWith(id(45));

            topic.send(50, 60, SECOND).written();
            Command otherEncoder = search(topic, "--like-id", id(45), "--index", index);
            Command goingOn =
                    search(topic, "--like-id", id(45), "--index", index, "--top", "100", "--encoder-digest", FIRST);
            assertThat(otherEncoder.exitCode()).isEqualTo(1);
            assertThat(otherEncoder.errors())
                    .contains("holds embeddings of encoder night@100 (111111111111), and those asked for are of 2222");
            assertThat(json(goingOn).path("embeddings").asInt()).isEqualTo(50);
            assertThat(json(goingOn).path("other_encoders").asInt()).isEqualTo(10);
        }
    }

    @Test
    void anIndexOfATopicThatWasDeletedAndMadeAnewIsRefused() throws Exception {
        String index = folder.resolve("index").toString();
        try (WrittenEmbeddings topic = new WrittenEmbeddings("anew")) {
            topic.send(0, 30, FIRST).written();
            assertThat(search(topic, "--like-id", id(5), "--index", index).exitCode())
                    .isZero();
        }
        try (Topics topics = Topics.at(RealBroker.connection())) {
            topics.delete("anew");
        }
        try (WrittenEmbeddings topic = new WrittenEmbeddings("anew")) {
            topic.send(0, 10, FIRST).written();

            Command refused = search(topic, "--like-id", id(5), "--index", index);

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.errors())
                    .contains("was made from another topic than the anew of this broker, or that was");
        }
    }

    private record Row(String id, String source, List<Float> embedding) {}

    @Test
    void anImageIsEmbeddedByTheVeryEncoderOrTheSearchIsRefused() throws Exception {
        Path encoder = encoder("encoder", 3);
        Path other = encoder("other", 4);
        Path pictures = folder.resolve("pictures");
        Pictures.write(pictures, 6, 28);
        Path file = folder.resolve("embedded.parquet");
        Command embedded = Command.run(
                "embed",
                pictures.toString(),
                "--encoder",
                encoder.toString(),
                "--out",
                file.toString(),
                "--threads",
                "1");
        assertThat(embedded.exitCode()).as(embedded.errors()).isZero();
        String digest = FileDigest.of(encoder.resolve("encoder.pt"));
        List<Row> rows = new CarpetReader<>(file.toFile(), Row.class).toList();
        Path like;
        try (var files = Files.list(pictures)) {
            like = files.sorted().toList().get(2);
        }
        try (WrittenEmbeddings topic = new WrittenEmbeddings("embedded")) {
            for (int i = 0; i < rows.size(); i++) {
                float[] vector = new float[rows.get(i).embedding().size()];
                for (int j = 0; j < vector.length; j++) {
                    vector[j] = rows.get(i).embedding().get(j);
                }
                topic.send(embedding(
                        rows.get(i).id(),
                        new Origin(0, (long) i),
                        rows.get(i).source(),
                        digest,
                        VectorFormat.FLOAT32,
                        vector));
            }
            topic.written();

            Command found = search(topic, "--like", like.toString(), "--encoder", encoder.toString(), "--threads", "1");
            Command refused = search(topic, "--like", like.toString(), "--encoder", other.toString(), "--threads", "1");

            assertThat(found.exitCode()).as(found.errors()).isZero();
            JsonNode first = json(found).path("results").path(0);
            assertThat(first.path("source").asText())
                    .endsWith(like.getFileName().toString());
            assertThat(first.path("cosine").asDouble()).isCloseTo(1, within(1e-4));
            assertThat(json(found).path("results")).hasSize(6);
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.errors())
                    .contains("The embeddings of topic embedded were made by the encoder with digest " + digest
                            + ", and " + other.resolve("encoder.pt") + " has digest ");
        }
    }

    private Path encoder(String name, long seed) throws IOException {
        Recipe recipe = Recipe.parse("cifar,size=28");
        Architecture architecture = Architecture.of(new NetworkPlan(
                18, 1.0 / 16, Stem.SMALL, HeadPlan.REFERENCE, false, Normalisation.NONE, Precision.FLOAT32));
        Path place = Files.createDirectory(folder.resolve(name));
        EncoderFiles.write(
                place,
                architecture,
                architecture.initialValues(seed),
                new EncoderFiles.Origin("night", 1, 3, recipe.fingerprint(), recipe.shortText(), 28, 28));
        return place;
    }

    @Test
    void groupsOfNearDuplicatesAreListedTheLargestFirst() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("alike")) {
            topic.send(0, 26, FIRST).written();

            Command compared = duplicates(topic, "--json");
            Command indexed = duplicates(
                    topic, "--json", "--index", folder.resolve("index").toString());
            Command text = duplicates(topic, "--most", "1");

            assertThat(compared.exitCode()).as(compared.errors()).isZero();
            JsonNode groups = json(compared).path("listed");
            assertThat(json(compared).path("groups").asInt()).isEqualTo(3);
            assertThat(groups.path(0).findValuesAsText("id")).containsExactlyInAnyOrder(ids(0, 10));
            assertThat(groups.path(1).findValuesAsText("id")).containsExactlyInAnyOrder(ids(10, 20));
            assertThat(groups.path(2).findValuesAsText("id")).containsExactlyInAnyOrder(ids(20, 26));
            assertThat(json(indexed).path("images_in_groups").asInt()).isEqualTo(26);
            assertThat(json(indexed).path("groups").asInt()).isEqualTo(3);
            assertThat(text.output())
                    .startsWith("10 images" + System.lineSeparator())
                    .contains(id(4) + "  shots/4.png")
                    .endsWith("... and 2 more groups" + System.lineSeparator() + "26 of 26 images in 3 groups"
                            + System.lineSeparator());
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("empty")) {
            assertThat(search(topic, "--like-id", id(1)).errors()).contains("Topic empty holds no embeddings yet");
            assertThat(search(topic).exitCode()).isEqualTo(2);
            assertThat(search(topic, "--like-id", id(1), "--encoder", "x").errors())
                    .contains("--like-id needs no encoder");
            assertThat(search(topic, "--like-id", id(1), "--encoder-digest", "first")
                            .errors())
                    .contains("'first' names no encoder; give its SHA-256 in 64 hexadecimal digits, or RUN@STEP");
            assertThat(Command.run("search", "--like", "x.png", "--bootstrap-server", RealBroker.address())
                            .errors())
                    .contains("--like-id, --encoder-digest and brokers are about a topic; name it with --topic");
            assertThat(duplicates(topic, "--cosine", "1.5").exitCode()).isEqualTo(2);
        }
    }

    private static Command duplicates(WrittenEmbeddings topic, String... options) {
        List<String> all = new ArrayList<>(List.of(
                "embeddings", "duplicates", "--topic", topic.topic(), "--bootstrap-server", RealBroker.address()));
        all.addAll(Arrays.asList(options));
        return Command.run(all.toArray(String[]::new));
    }

    private static Command search(WrittenEmbeddings topic, String... options) {
        List<String> all = new ArrayList<>(List.of(arguments(topic, options)));
        all.add("--json");
        return Command.run(all.toArray(String[]::new));
    }

    private static String[] arguments(WrittenEmbeddings topic, String... options) {
        List<String> all = new ArrayList<>(
                List.of("search", "--topic", topic.topic(), "--bootstrap-server", RealBroker.address()));
        all.addAll(Arrays.asList(options));
        return all.toArray(String[]::new);
    }

    private static String[] ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(WrittenEmbeddings::id).toArray(String[]::new);
    }

    private static JsonNode json(Command command) throws IOException {
        return new ObjectMapper().readTree(command.lastLine());
    }
}
