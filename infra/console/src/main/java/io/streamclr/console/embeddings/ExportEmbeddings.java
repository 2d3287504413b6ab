package io.streamclr.console.embeddings;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.sink.EmbeddingSink;
import io.streamclr.console.sink.ParquetSeries;
import io.streamclr.console.sink.PostgresPlace;
import io.streamclr.console.sink.PostgresTable;
import io.streamclr.console.sink.VectorColumn;
import io.streamclr.console.vectors.EmbeddingLog;
import io.streamclr.console.vectors.EmbeddingTopic;
import io.streamclr.console.vectors.Tally;
import io.streamclr.process.command.DurationConverter;
import io.streamclr.process.command.Stoppable;
import io.streamclr.process.place.Place;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr embeddings export}: embeddings for other programs. */
@Command(
        name = "export",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Write the embeddings of a topic to Parquet files or to a table of PostgreSQL, each once.",
            "Given again, the command goes on where it was, however it ended. Embeddings of all encoders are written, and"
                    + " a column says which made each, unless --encoder-digest chooses one."
        })
final class ExportEmbeddings implements Callable<Integer> {

    private static final Duration WAIT = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int MOST_ROWS = 10_000_000;

    @Mixin
    private EmbeddingTopic topic;

    @Option(
            names = "--to",
            paramLabel = "PLACE",
            required = true,
            description = "Directory for Parquet files, which may be a URI such as s3://BUCKET/DIR; or a database,"
                    + " jdbc:postgresql://HOST/DB.")
    private String to;

    @Option(names = "--follow", description = "Go on with embeddings as they come, until stopped.")
    private boolean follow;

    @Option(
            names = "--rows",
            paramLabel = "N",
            description = "Parquet: embeddings in a file, at most (default: 100000).")
    private Integer rows;

    @Option(
            names = "--every",
            paramLabel = "TIME",
            converter = DurationConverter.class,
            description = "Parquet, with --follow: complete the files after this time at the latest, such as 90s or 10m"
                    + " (default: 10m).")
    private Duration every;

    @Option(names = "--table", paramLabel = "NAME", description = "PostgreSQL: table, made where there is none.")
    private String table;

    @Option(
            names = "--vectors",
            paramLabel = "pgvector|array",
            description = "PostgreSQL: type of column embedding, vector(N) of the extension pgvector, or real[]"
                    + " (default: pgvector).")
    private VectorColumn vectors;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "PostgreSQL: user (default: as the address says, else this system's user).")
    private Optional<String> user = Optional.empty();

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description =
                    "PostgreSQL: file whose first line is the password (default: as PGPASSFILE or ~/.pgpass says).")
    private Optional<Path> passwordFile = Optional.empty();

    @Option(
            names = "--json",
            description = "Print one JSON object at the end: written, repeated, other_encoders, foreign.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final AtomicBoolean stopped = new AtomicBoolean();

    @Override
    public Integer call() throws Exception {
        boolean database = PostgresPlace.isOne(to);
        if (database && (table == null || rows != null || every != null)) {
            throw new ParameterException(
                    spec.commandLine(), "a database needs --table, and has no use for --rows and --every");
        }
        if (!database && (table != null || vectors != null || user.isPresent() || passwordFile.isPresent())) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--table, --vectors, --user and --password-file are for jdbc:postgresql: alone");
        }
        if ((every != null && !follow) || (rows != null && (rows < 1 || rows > MOST_ROWS))) {
            throw new ParameterException(
                    spec.commandLine(), "--every needs --follow, and --rows must be 1 to " + MOST_ROWS);
        }
        Optional<String> digest = topic.askedDigest();
        try (EmbeddingSink sink = database ? table(digest) : files(digest);
                EmbeddingLog log = topic.open(digest, sink.position())) {
            Stoppable.work(PATIENCE, () -> stopped.set(true), () -> {
                write(log, sink);
                report(log.tally(), sink);
                return null;
            });
        }
        return 0;
    }

    private EmbeddingSink files(Optional<String> digest) {
        PrintWriter notices = spec.commandLine().getErr();
        return ParquetSeries.open(Place.of(to), digest, topic.identity(), rows == null ? 100_000 : rows, line -> {
            notices.println(line);
            notices.flush();
        });
    }

    private EmbeddingSink table(Optional<String> digest) {
        return PostgresTable.open(
                new PostgresPlace(to, table, user, passwordFile),
                vectors == null ? VectorColumn.PGVECTOR : vectors,
                digest,
                topic.identity());
    }

    private void write(EmbeddingLog log, EmbeddingSink sink) {
        if (!follow) {
            log.readToEnd(batch -> sink.add(batch, log.position()));
        } else {
            Duration between = every == null ? Duration.ofMinutes(10) : every;
            long finishedAt = System.nanoTime();
            while (!stopped.get()) {
                sink.add(log.next(WAIT), log.position());
                if (System.nanoTime() - finishedAt >= between.toNanos()) {
                    sink.finish();
                    finishedAt = System.nanoTime();
                }
            }
        }
        sink.finish();
    }

    private void report(Tally tally, EmbeddingSink sink) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            object.put("written", sink.written());
            object.put("repeated", tally.repeated());
            object.put("other_encoders", tally.others());
            object.put("foreign", tally.foreign());
            out.println(object);
        } else {
            out.println(sink.inWords()
                    + (tally.others() == 0 ? "" : "; " + tally.others() + " of other encoders were left out")
                    + tally.passedOver());
        }
        out.flush();
    }
}
