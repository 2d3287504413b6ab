package io.streamclr.console.sink;

import io.streamclr.schemas.RefusalException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.StringJoiner;

/** How a table of PostgreSQL holds a vector. */
public enum VectorColumn {
    /** By pgvector's type, which has an order and indexes. */
    PGVECTOR("[", "]"),
    /** By an array of real numbers, for databases without pgvector. */
    ARRAY("{", "}");

    private final String begin;
    private final String end;

    VectorColumn(String begin, String end) {
        this.begin = begin;
        this.end = end;
    }

    /** @param dimension numbers of a vector; 0 for any */
    String type(int dimension) {
        return this == ARRAY ? "real[]" : dimension == 0 ? "vector" : "vector(" + dimension + ")";
    }

    /** A vector as the server reads it, every number to the last digit. */
    String text(float[] vector) {
        StringJoiner text = new StringJoiner(",", begin, end);
        for (float number : vector) {
            text.add(Float.toString(number));
        }
        return text.toString();
    }

    /** The word of the option. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws RefusalException if the database does not know the type */
    void requireIn(Connection connection, PostgresPlace place) throws SQLException {
        if (this == ARRAY) {
            return;
        }
        try (Statement ask = connection.createStatement();
                ResultSet known = ask.executeQuery("SELECT 1 FROM pg_extension WHERE extname = 'vector'")) {
            if (!known.next()) {
                throw new RefusalException(
                        "The database " + place.inWords() + " does not have the extension vector"
                                + " (pgvector); have its owner run CREATE EXTENSION vector, or store arrays with --vectors array");
            }
        }
    }
}
