package io.streamclr.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A PostgreSQL of this machine in a folder and on a port of its own, with a user that needs a password. */
final class PostgresServer implements AutoCloseable {

    static final String USER = "writer";
    static final String PASSWORD = "open:sesame\\";

    private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
    private static final long PATIENCE_SECONDS = 120;

    private final Path folder;
    private final Process server;
    private final int port;

    private PostgresServer(Path folder, Process server, int port) {
        this.folder = folder;
        this.server = server;
        this.port = port;
    }

    /** Where its programs are: on the PATH, else where Debian puts those of each version; empty if it is not installed. */
    static Optional<Path> programs() throws IOException {
        List<Path> places = new ArrayList<>();
        for (String place : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            places.add(Path.of(place));
        }
        if (Files.isDirectory(DEBIAN)) {
            try (Stream<Path> versions = Files.list(DEBIAN)) {
                versions.sorted(Comparator.reverseOrder())
                        .map(version -> version.resolve("bin"))
                        .forEach(places::add);
            }
        }
        return places.stream()
                .filter(place ->
                        Files.isExecutable(place.resolve("initdb")) && Files.isExecutable(place.resolve("postgres")))
                .findFirst();
    }

    static PostgresServer start(Path programs) throws Exception {
        Path folder = Files.createTempDirectory("streamclr-postgres");
        Path password = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
        List<String> user = List.of();
        if (System.getProperty("user.name").equals("root")) {
            // The server refuses to run as root.
            user = List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups");
            require(
                    new ProcessBuilder("chown", "-R", "postgres", folder.toString())
                            .inheritIO()
                            .start(),
                    "chown");
        }
        String data = folder.resolve("data").toString();
        require(
                run(folder, user, programs.resolve("initdb"), "-D", data, "-U", USER, "-A", "scram-sha-256")
                        .apply("--pwfile=" + password, "-E", "UTF8", "--no-locale", "--no-sync"),
                "initdb");
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        Process server = run(folder, user, programs.resolve("postgres"), "-D", data, "-p", Integer.toString(port))
                .apply("-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "fsync=off");
        PostgresServer started = new PostgresServer(folder, server, port);
        started.await();
        return started;
    }

    private interface Rest {
        Process apply(String... arguments) throws IOException;
    }

    private static Rest run(Path folder, List<String> user, Path program, String... arguments) {
        return more -> {
            List<String> command = new ArrayList<>(user);
            command.add(program.toString());
            command.addAll(List.of(arguments));
            command.addAll(List.of(more));
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
        };
    }

    private static void require(Process process, String name) throws InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError(name + " failed");
        }
    }

    private void await() throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try {
                connect().close();
                return;
            } catch (SQLException notYet) {
                if (!server.isAlive() || System.nanoTime() > deadline) {
                    throw new AssertionError(Files.readString(folder.resolve("log")), notYet);
                }
                server.waitFor(50, TimeUnit.MILLISECONDS);
            }
        }
    }

    /** Without a password. */
    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    int port() {
        return port;
    }

    Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", PASSWORD);
        return DriverManager.getConnection(url(), properties);
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The rows, columns with a bar between. */
    List<String> rows(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                List<String> columns = new ArrayList<>();
                for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                    columns.add(result.getString(column));
                }
                rows.add(String.join("|", columns));
            }
        }
        return rows;
    }

    @Override
    public void close() throws IOException {
        server.destroy();
        try {
            server.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException slow) {
            server.destroyForcibly().onExit().join();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
