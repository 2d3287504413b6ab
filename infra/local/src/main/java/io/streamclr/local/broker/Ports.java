package io.streamclr.local.broker;

import io.streamclr.process.port.ServerPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The two ports of a broker.
 *
 * @param broker where clients connect, 1 to 65535
 * @param controller where the broker meets its own controller, 1 to 65535
 */
record Ports(int broker, int controller) {

    private static final Pattern LINE = Pattern.compile("(\\d{1,5}) (\\d{1,5})\\s*");

    /** Two ports that nobody listens on at this moment. */
    static Ports free() throws IOException {
        int broker = ServerPort.free();
        int controller = ServerPort.free();
        while (controller == broker) {
            controller = ServerPort.free();
        }
        return new Ports(broker, controller);
    }

    /** What {@link #write} wrote, if it did and both ports are still free. */
    static Optional<Ports> readIfFree(Path file) throws IOException {
        return read(file).filter(ports -> ServerPort.isFree(ports.broker) && ServerPort.isFree(ports.controller));
    }

    private static Optional<Ports> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Matcher line = LINE.matcher(Files.readString(file));
        if (!line.matches()) {
            return Optional.empty();
        }
        return Optional.of(new Ports(Integer.parseInt(line.group(1)), Integer.parseInt(line.group(2))));
    }

    /** What {@link #write} wrote, if it did and somebody listens where clients connect. */
    static Optional<Ports> readIfTaken(Path file) {
        try {
            return read(file).filter(ports -> !ServerPort.isFree(ports.broker));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    void write(Path file) throws IOException {
        Files.writeString(file, broker + " " + controller + "\n");
    }
}
