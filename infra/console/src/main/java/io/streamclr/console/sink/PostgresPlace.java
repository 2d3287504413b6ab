package io.streamclr.console.sink;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table of a PostgreSQL database, and who may write to it.
 *
 * @param url such as {@code jdbc:postgresql://HOST/DB}, without a password
 * @param table its name, or that of its schema and its name
 * @param user who writes; empty for the one that the URL or the operating system names
 * @param passwordFile whose first line is the password; empty where a file of passwords has it, as {@code PGPASSFILE} names
 *     it, or none is needed
 */
public record PostgresPlace(String url, String table, Optional<String> user, Optional<Path> passwordFile) {

    private static final Pattern URL = Pattern.compile("jdbc:postgresql://[^/?@\\s]+/[^/?@\\s]+(\\?\\S*)?");
    private static final Pattern SECRET = Pattern.compile("[?&](ssl)?password=");
    private static final Pattern TABLE = Pattern.compile("(?:([a-z_][a-z0-9_]{0,49})\\.)?([a-z_][a-z0-9_]{0,49})");
    private static final int MOST_PASSWORD_BYTES = 4_096;

    public PostgresPlace {
        if (!URL.matcher(url).matches()) {
            throw RefusalException.ofUsage("'" + OneLine.of(url.replaceFirst("\\?.*|//.*@", "..."))
                    + "' names no database; write jdbc:postgresql://HOST/DB or jdbc:postgresql://HOST:PORT/DB");
        }
        if (SECRET.matcher(url.toLowerCase(Locale.ROOT)).find()) {
            throw RefusalException.ofUsage("The address of the database holds a password, which others can see on the"
                    + " command line; put it into a file and name that with --password-file");
        }
        if (!TABLE.matcher(table).matches()) {
            throw RefusalException.ofUsage("'" + OneLine.of(table) + "' is no plain name of a table; use small letters,"
                    + " digits and underscores, 50 at most, with a schema and a dot before it if need be");
        }
    }

    /** Whether an address is one of a database, and not of files. */
    public static boolean isOne(String address) {
        return address.startsWith("jdbc:");
    }

    /** The table's name for SQL, with something added to it; plain names need no escapes. */
    String sqlName(String suffix) {
        Matcher names = TABLE.matcher(table);
        if (!names.matches()) {
            throw new IllegalStateException(table);
        }
        return (names.group(1) == null ? "" : '"' + names.group(1) + "\".") + '"' + names.group(2) + suffix + '"';
    }

    /** The address without its settings. */
    String inWords() {
        return url.replaceFirst("\\?.*", "");
    }

    /** @throws RefusalException if the server cannot be reached, or does not let this user in */
    Connection connect() {
        Properties properties = new Properties();
        user.ifPresent(name -> properties.setProperty("user", name));
        passwordFile.ifPresent(file -> properties.setProperty("password", firstLine(file)));
        properties.setProperty("reWriteBatchedInserts", "true");
        properties.setProperty("ApplicationName", "streamclr");
        properties.setProperty("tcpKeepAlive", "true");
        try {
            Connection connection = DriverManager.getConnection(url, properties);
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException refused) {
            throw new RefusalException(
                    "The database " + inWords() + " cannot be reached: " + FileFault.of(refused)
                            + "; check the address, the user, and the password in --password-file or PGPASSFILE",
                    refused);
        }
    }

    private static String firstLine(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(MOST_PASSWORD_BYTES), StandardCharsets.UTF_8);
            return text.lines().findFirst().orElse("");
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "Cannot read the password in " + file + ": " + FileFault.of(unreadable)
                            + "; check the file that --password-file names",
                    unreadable);
        }
    }
}
