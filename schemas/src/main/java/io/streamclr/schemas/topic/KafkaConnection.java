package io.streamclr.schemas.topic;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * How to reach a broker: its address and, for TLS and SASL, a file of plain Kafka client properties. Secrets come from
 * that file alone and are never shown.
 */
public final class KafkaConnection {

    private static final String BOOTSTRAP = "bootstrap.servers";

    /**
     * Kafka's own sizes, 128 and 64 kB, hold a fraction of a batch of images or views: client and broker would wake each other
     * up for every piece of it. Sending takes no more than a batch, because what lies in deeper buffers leaves the
     * processor's caches; receiving is left to the operating system.
     */
    private static final Map<String, String> SOCKETS =
            Map.of("send.buffer.bytes", Integer.toString(512 << 10), "receive.buffer.bytes", "-1");

    private final Map<String, String> properties;

    private KafkaConnection(Map<String, String> properties) {
        Map<String, String> all = new TreeMap<>(SOCKETS);
        all.putAll(properties);
        this.properties = Map.copyOf(all);
    }

    /** A broker without security, such as {@code 127.0.0.1:9092}. */
    public static KafkaConnection to(String bootstrapServers) {
        return new KafkaConnection(Map.of(BOOTSTRAP, bootstrapServers));
    }

    /** A connection that another process described by its {@link #properties}. */
    public static KafkaConnection of(Map<String, String> properties) {
        return new KafkaConnection(properties);
    }

    /**
     * Client properties from a file; {@code bootstrapServers}, where given, outranks the file's.
     *
     * @throws RefusalException if the file cannot be read or names no broker
     */
    public static KafkaConnection from(Optional<String> bootstrapServers, Optional<Path> file) {
        return from(bootstrapServers, file, Optional.empty());
    }

    /** The same. @param usual the broker where neither of the two names one */
    public static KafkaConnection from(Optional<String> bootstrapServers, Optional<Path> file, Optional<String> usual) {
        Map<String, String> properties = new TreeMap<>();
        file.ifPresent(path -> properties.putAll(read(path)));
        bootstrapServers.ifPresent(servers -> properties.put(BOOTSTRAP, servers));
        usual.ifPresent(servers -> properties.putIfAbsent(BOOTSTRAP, servers));
        if (!properties.containsKey(BOOTSTRAP)) {
            throw RefusalException.ofUsage("No broker is configured; give --bootstrap-server HOST:PORT, put"
                    + " bootstrap.servers into the --kafka-config file, or set STREAMCLR_BOOTSTRAP_SERVER");
        }
        return new KafkaConnection(properties);
    }

    private static Map<String, String> read(Path file) {
        Properties read = new Properties();
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            read.load(text);
        } catch (NoSuchFileException missing) {
            throw new RefusalException("The Kafka client file " + file + " does not exist", missing);
        } catch (IOException | IllegalArgumentException bad) {
            throw new RefusalException(
                    "The Kafka client file " + file + " cannot be read as properties: " + FileFault.of(bad), bad);
        }
        Map<String, String> properties = new TreeMap<>();
        read.stringPropertyNames().forEach(name -> properties.put(name, read.getProperty(name)));
        return properties;
    }

    /** The broker's address, for sentences. */
    public String bootstrapServers() {
        return properties.get(BOOTSTRAP);
    }

    /** Kafka client properties, those of the file before our own, secrets among them: never to be logged. */
    public Map<String, String> properties() {
        return properties;
    }

    /** These properties with more of them on top. */
    public Map<String, Object> with(Map<String, ?> more) {
        Map<String, Object> all = new TreeMap<>(properties);
        all.putAll(more);
        return all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KafkaConnection that && properties.equals(that.properties);
    }

    @Override
    public int hashCode() {
        return Objects.hash(properties);
    }

    /** The address alone. */
    @Override
    public String toString() {
        return "KafkaConnection[" + bootstrapServers() + "]";
    }
}
