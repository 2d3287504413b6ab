package io.streamclr.console.sink;

import io.streamclr.console.vectors.LogPosition;
import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.ImageEmbedding;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A table of PostgreSQL, and beside it one that says how far the topic was read. Both are written in one transaction, so
 * each embedding is there once, whenever this process or the server is killed.
 */
public final class PostgresTable implements EmbeddingSink {

    private static final String PROGRESS = "_progress";
    private static final long NOTHING = -1;

    private final PostgresPlace place;
    private final VectorColumn column;
    private final String topicId;
    private final String encoder;
    private final Connection connection;
    private final Map<Integer, Long> next = new HashMap<>();
    private final Map<Integer, Long> highest = new HashMap<>();
    private boolean tableIsThere;
    private long written;

    private PostgresTable(
            PostgresPlace place, VectorColumn column, String topicId, String encoder, Connection connection) {
        this.place = place;
        this.column = column;
        this.topicId = topicId;
        this.encoder = encoder;
        this.connection = connection;
    }

    /**
     * Goes on after what the table holds; it is made with the first embedding, where there is none.
     *
     * @param encoder digest of the one whose embeddings are taken; empty if those of all are
     * @param topicId of the topic, which tells it from another of the same name
     * @throws RefusalException if the database cannot be used, or the table was filled from another topic or with embeddings
     *     of another choice
     */
    public static PostgresTable open(
            PostgresPlace place, VectorColumn column, Optional<String> encoder, String topicId) {
        PostgresTable table = new PostgresTable(place, column, topicId, encoder.orElse(""), place.connect());
        try {
            column.requireIn(table.connection, place);
            table.findPosition();
            return table;
        } catch (SQLException failed) {
            RefusalException refused = table.broken(failed);
            table.close();
            throw refused;
        } catch (RefusalException others) {
            table.close();
            throw others;
        }
    }

    private void findPosition() throws SQLException {
        try (Statement sql = connection.createStatement()) {
            sql.execute("CREATE TABLE IF NOT EXISTS " + place.sqlName(PROGRESS) + " (partition integer PRIMARY KEY,"
                    + " topic_id text NOT NULL, encoder text NOT NULL, next_offset bigint NOT NULL,"
                    + " highest_origin bigint NOT NULL)");
            try (ResultSet rows =
                    sql.executeQuery("SELECT partition, topic_id, encoder, next_offset, highest_origin FROM "
                            + place.sqlName(PROGRESS))) {
                while (rows.next()) {
                    require(rows.getString(2), rows.getString(3));
                    next.put(rows.getInt(1), rows.getLong(4));
                    highest.put(rows.getInt(1), rows.getLong(5));
                }
            }
        }
        connection.commit();
    }

    private void require(String filledFrom, String filledWith) {
        if (!filledFrom.equals(topicId)) {
            throw new RefusalException(
                    "The table " + place.table() + " was filled from another topic, or from one that was"
                            + " deleted and made anew since; give another --table");
        }
        if (!filledWith.equals(encoder)) {
            throw new RefusalException("The table " + place.table() + " was filled with embeddings "
                    + (filledWith.isEmpty() ? "of all encoders" : "of encoder " + filledWith) + ", and now those "
                    + (encoder.isEmpty() ? "of all" : "of " + encoder) + " are asked for; ask for the same as before"
                    + " with --encoder-digest, or give another --table");
        }
    }

    @Override
    public LogPosition position() {
        return new LogPosition(next, highest);
    }

    @Override
    public void add(List<StoredEmbedding> embeddings, LogPosition after) {
        if (embeddings.isEmpty()) {
            return; // what others made is read again by the next, and passed over again
        }
        try {
            makeTable(embeddings.get(0).vector().length);
            upsert(embeddings);
            note(after);
            connection.commit();
            next.putAll(after.next());
            highest.putAll(after.highest());
            written += embeddings.size();
        } catch (SQLException failed) {
            throw broken(failed);
        }
    }

    private void makeTable(int dimension) throws SQLException {
        if (tableIsThere) {
            return;
        }
        try (Statement sql = connection.createStatement()) {
            sql.execute("CREATE TABLE IF NOT EXISTS " + place.sqlName("")
                    + " (id text NOT NULL, partition integer NOT NULL,"
                    + " origin_offset bigint NOT NULL, arrived_at timestamptz NOT NULL, encoder text NOT NULL,"
                    + " step bigint NOT NULL, run text NOT NULL, source text NOT NULL, label integer, class text,"
                    + " embedding " + column.type(dimension)
                    + " NOT NULL, PRIMARY KEY (partition, origin_offset, encoder))");
        }
        tableIsThere = true;
    }

    private void upsert(List<StoredEmbedding> embeddings) throws SQLException {
        try (PreparedStatement sql = connection.prepareStatement("INSERT INTO " + place.sqlName("")
                + " (partition, origin_offset, encoder, id, arrived_at, step, run, source, label, class, embedding)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS " + column.type(0) + "))"
                + " ON CONFLICT (partition, origin_offset, encoder) DO UPDATE SET id = EXCLUDED.id,"
                + " arrived_at = EXCLUDED.arrived_at, step = EXCLUDED.step, run = EXCLUDED.run,"
                + " source = EXCLUDED.source, label = EXCLUDED.label, class = EXCLUDED.class,"
                + " embedding = EXCLUDED.embedding")) {
            for (StoredEmbedding embedding : embeddings) {
                ImageEmbedding record = embedding.record();
                sql.setInt(1, embedding.partition());
                sql.setLong(2, embedding.origin());
                sql.setString(3, record.getDigest());
                sql.setString(4, record.getImageId());
                sql.setObject(5, record.getArrivedAt().atOffset(ZoneOffset.UTC));
                sql.setLong(6, record.getStep());
                sql.setString(7, text(record.getRunId()));
                sql.setString(8, text(record.getSource()));
                sql.setObject(9, record.getLabel(), Types.INTEGER);
                sql.setString(10, record.getClassName() == null ? null : text(record.getClassName()));
                sql.setString(11, column.text(embedding.vector()));
                sql.addBatch();
            }
            sql.executeBatch();
        }
    }

    /** PostgreSQL's text cannot hold the character of number 0. */
    private static String text(String text) {
        return text.replace('\0', '\uFFFD');
    }

    /** Notes how far the topic was read, unless somebody else has read on since this was opened. */
    private void note(LogPosition after) throws SQLException {
        String table = place.sqlName(PROGRESS);
        try (PreparedStatement sql =
                connection.prepareStatement("INSERT INTO " + table + " AS known (partition, topic_id,"
                        + " encoder, next_offset, highest_origin) VALUES (?, ?, ?, ?, ?) ON CONFLICT (partition) DO UPDATE SET"
                        + " next_offset = EXCLUDED.next_offset, highest_origin = EXCLUDED.highest_origin"
                        + " WHERE known.next_offset = ?")) {
            for (Map.Entry<Integer, Long> partition : after.next().entrySet()) {
                if (partition.getValue().equals(next.get(partition.getKey()))) {
                    continue;
                }
                sql.setInt(1, partition.getKey());
                sql.setString(2, topicId);
                sql.setString(3, encoder);
                sql.setLong(4, partition.getValue());
                sql.setLong(5, after.highest().getOrDefault(partition.getKey(), NOTHING));
                sql.setLong(6, next.getOrDefault(partition.getKey(), NOTHING));
                if (sql.executeUpdate() != 1) {
                    connection.rollback();
                    throw new RefusalException("Another process is writing to the table " + place.table()
                            + " as well; stop it, or give another --table");
                }
            }
        }
    }

    @Override
    public void finish() {
        // Each batch is complete when it was added.
    }

    private RefusalException broken(SQLException failed) {
        return new RefusalException(
                "The table " + place.table() + " in " + place.inWords() + " cannot be written to: "
                        + FileFault.of(failed.getNextException() == null ? failed : failed.getNextException())
                        + "; see to that, and give the same command again",
                failed);
    }

    @Override
    public String inWords() {
        return String.format(Locale.ROOT, "%,d embeddings in table %s", written, place.table());
    }

    @Override
    public long written() {
        return written;
    }

    /** What was not committed is gone. */
    @Override
    public void close() {
        try {
            if (!connection.isClosed()) {
                connection.close();
            }
        } catch (SQLException gone) {
            throw broken(gone);
        }
    }
}
