package io.streamclr.it;

import static io.streamclr.it.WrittenEmbeddings.FIRST;
import static io.streamclr.it.WrittenEmbeddings.SECOND;
import static io.streamclr.it.WrittenEmbeddings.embedding;
import static io.streamclr.it.WrittenEmbeddings.id;
import static io.streamclr.it.WrittenEmbeddings.vector;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.streamclr.console.sink.EmbeddingSink;
import io.streamclr.console.sink.PostgresPlace;
import io.streamclr.console.sink.PostgresTable;
import io.streamclr.console.sink.VectorColumn;
import io.streamclr.console.vectors.EmbeddingLog;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.topic.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A topic of embeddings in a table of a real PostgreSQL, each embedding once. */
@ExtendWith(RealBroker.class)
class EmbeddingTableTest {

    @TempDir
    private static Path shared;

    private static PostgresServer postgres;
    private static Path password;

    @BeforeAll
    static void startTheServer() throws Exception {
        Optional<Path> programs = PostgresServer.programs();
        assumeTrue(programs.isPresent(), "PostgreSQL is not installed here; Debian's package postgresql has it");
        postgres = PostgresServer.start(programs.get());
        password = Files.writeString(shared.resolve("password"), PostgresServer.PASSWORD + "\nnot this line\n");
    }

    @AfterAll
    static void stopTheServer() throws Exception {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void rowsHoldAllThatTheTopicSaysAndTheCommandGoesOnWhereItWas() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("tabled")) {
            ImageEmbedding odd = embedding(
                    id(4),
                    new Origin(0, 2L),
                    "it's \0 \"odd\"; DROP TABLE tabled",
                    SECOND,
                    VectorFormat.FLOAT32,
                    new float[] {1.5f, -2, 1e-20f});
            topic.send(0, 4, FIRST).send(odd).written();
            Command first = export(topic, "tabled");
            topic.send(0, 4, FIRST).send(5, 8, SECOND).written();

            Command second = export(topic, "tabled");

            assertThat(first.lastLine()).as(first.errors()).isEqualTo("5 embeddings in table tabled");
            assertThat(second.lastLine()).as(second.errors()).isEqualTo("3 embeddings in table tabled");
            assertThat(postgres.rows("SELECT id, partition, origin_offset, encoder, step, run, label, class FROM tabled"
                            + " WHERE origin_offset > 1 ORDER BY partition, origin_offset"))
                    .containsExactly(
                            id(4) + "|0|2|" + SECOND + "|200|night|7|owl",
                            id(6) + "|0|3|" + SECOND + "|200|night|7|owl",
                            id(5) + "|1|2|" + SECOND + "|200|night|null|null",
                            id(7) + "|1|3|" + SECOND + "|200|night|null|null");
            assertThat(postgres.rows("SELECT source, embedding, extract(epoch FROM arrived_at)::bigint FROM tabled"
                            + " WHERE id = '" + id(4) + "'"))
                    .containsExactly("it's \uFFFD \"odd\"; DROP TABLE tabled|{1.5,-2,1e-20}|1700000004");
            assertThat(postgres.rows("SELECT count(*) FROM tabled")).containsExactly("8");
            assertThat(postgres.rows("SELECT embedding[1]::float8 FROM tabled WHERE id = '" + id(7) + "'"))
                    .containsExactly(Double.toString(vector(7)[0]));
        }
    }

    @Test
    void aWriterThatWasOvertakenIsRefusedAndLeavesNothingHalfWritten() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("overtaken")) {
            topic.send(0, 10, FIRST).written();
            String topicId;
            try (Topics topics = Topics.at(RealBroker.connection())) {
                topicId = topics.identity("overtaken");
            }
            PostgresPlace place = new PostgresPlace(
                    postgres.url(), "overtaken", Optional.of(PostgresServer.USER), Optional.of(password));
            try (EmbeddingSink slow = PostgresTable.open(place, VectorColumn.ARRAY, Optional.empty(), topicId);
                    EmbeddingLog log = EmbeddingLog.open(
                            RealBroker.connection(), "overtaken", Optional.empty(), slow.position())) {
                assertThat(export(topic, "overtaken").exitCode()).isZero();
                topic.send(10, 14, FIRST).written();

                assertThatThrownBy(() -> log.readToEnd(batch -> slow.add(batch, log.position())))
                        .isInstanceOf(RefusalException.class)
                        .hasMessage(
                                "Another process is writing to the table overtaken as well; stop it, or give another"
                                        + " --table");
            }

            assertThat(postgres.rows("SELECT count(*) FROM overtaken")).containsExactly("10");
            assertThat(export(topic, "overtaken").lastLine()).isEqualTo("4 embeddings in table overtaken");
            assertThat(postgres.rows("SELECT count(*), count(DISTINCT id) FROM overtaken"))
                    .containsExactly("14|14");
        }
    }

    @Test
    void aBatchThatFailsLeavesNeitherRowsNorAPlace() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("narrow")) {
            topic.send(0, 4, FIRST).written();
            postgres.execute("CREATE TABLE narrow (id text)");

            Command failed = export(topic, "narrow");

            assertThat(failed.exitCode()).isEqualTo(1);
            assertThat(failed.errors())
                    .startsWith("streamclr: The table narrow in " + postgres.url() + " cannot be written to: ERROR: ")
                    .doesNotContain(PostgresServer.PASSWORD);
            assertThat(postgres.rows("SELECT count(*) FROM narrow_progress")).containsExactly("0");
            postgres.execute("DROP TABLE narrow");
            assertThat(export(topic, "narrow").lastLine()).isEqualTo("4 embeddings in table narrow");
        }
    }

    @Test
    void anotherTopicAnotherChoiceAndWrongNamesAreRefused() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("filled");
                WrittenEmbeddings other = new WrittenEmbeddings("filled.other")) {
            topic.send(0, 4, FIRST).written();
            other.send(0, 4, FIRST).written();
            assertThat(export(topic, "filled").exitCode()).isZero();

            assertThat(export(other, "filled").errors())
                    .contains("The table filled was filled from another topic, or from one that was deleted");
            assertThat(export(topic, "filled", "--encoder-digest", FIRST).errors())
                    .contains("The table filled was filled with embeddings of all encoders, and now those of " + FIRST);
            assertThat(export(topic, "robert'); drop").errors()).contains("is no plain name of a table");
            assertThat(export(topic, "filled", "--rows", "5").exitCode()).isEqualTo(2);
            Command secret = Command.run(
                    "embeddings",
                    "export",
                    "--topic",
                    "filled",
                    "--bootstrap-server",
                    RealBroker.address(),
                    "--to",
                    postgres.url() + "?user=me&password=secret",
                    "--table",
                    "t");
            assertThat(secret.exitCode()).isEqualTo(2);
            assertThat(secret.errors())
                    .contains("put it into a file and name that with --password-file")
                    .doesNotContain("secret");
        }
    }

    @Test
    void aPasswordMayStandInAFileOfPasswordsAndAWrongOneIsRefused() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("password")) {
            topic.send(0, 4, FIRST).written();
            Path wrong = Files.writeString(shared.resolve("wrong"), "wrong\n");
            Path passwords = Files.writeString(
                    shared.resolve("pgpass"),
                    "127.0.0.1:" + postgres.port() + ":*:writer:"
                            + PostgresServer.PASSWORD.replace("\\", "\\\\").replace(":", "\\:") + "\n");
            passwords.toFile().setReadable(false, false);
            passwords.toFile().setReadable(true, true);
            String before = System.setProperty("org.postgresql.pgpassfile", passwords.toString());
            try {
                assertThat(run(topic, "password", "--vectors", "array").lastLine())
                        .isEqualTo("4 embeddings in table password");
            } finally {
                if (before == null) {
                    System.clearProperty("org.postgresql.pgpassfile");
                }
            }

            Command refused = run(topic, "password", "--password-file", wrong.toString());

            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.errors())
                    .startsWith("streamclr: The database " + postgres.url() + " cannot be reached: FATAL: password"
                            + " authentication failed for user \"writer\"; check the address");
        }
    }

    @Test
    void withPgvectorVectorsAreOfItsTypeAndWithoutTheWayOutIsSaid() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("vectors")) {
            topic.send(0, 12, FIRST).written();
            Command without = run(topic, "vectors", "--password-file", password.toString());
            assertThat(without.exitCode()).isEqualTo(1);
            assertThat(without.errors())
                    .contains(
                            "does not have the extension vector (pgvector); have its owner run CREATE EXTENSION vector,"
                                    + " or store arrays with --vectors array");
            assumeTrue(
                    !postgres.rows("SELECT 1 FROM pg_available_extensions WHERE name = 'vector'")
                            .isEmpty(),
                    "pgvector is not installed here, so its type is not tested");
            postgres.execute("CREATE EXTENSION vector");

            Command with = run(topic, "vectors", "--password-file", password.toString());

            assertThat(with.lastLine()).as(with.errors()).isEqualTo("12 embeddings in table vectors");
            assertThat(postgres.rows(
                            "SELECT id FROM vectors ORDER BY embedding <=> (SELECT embedding FROM vectors WHERE"
                                    + " id = '" + id(11) + "') LIMIT 2"))
                    .containsExactly(id(11), id(10));
            topic.send(embedding(12, FIRST, new float[] {1, 2})).written();
            assertThat(run(topic, "vectors", "--password-file", password.toString())
                            .errors())
                    .contains("cannot be written to: ERROR: expected 16 dimensions, not 2");
        }
    }

    private static Command export(WrittenEmbeddings topic, String table, String... options) {
        List<String> all = new ArrayList<>(List.of("--password-file", password.toString(), "--vectors", "array"));
        all.addAll(Arrays.asList(options));
        return run(topic, table, all.toArray(String[]::new));
    }

    private static Command run(WrittenEmbeddings topic, String table, String... options) {
        List<String> all = new ArrayList<>(List.of(
                "embeddings",
                "export",
                "--topic",
                topic.topic(),
                "--bootstrap-server",
                RealBroker.address(),
                "--to",
                postgres.url(),
                "--table",
                table,
                "--user",
                PostgresServer.USER));
        all.addAll(Arrays.asList(options));
        return Command.run(all.toArray(String[]::new));
    }
}
