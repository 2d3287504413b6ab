package io.streamclr.process.port;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ports of the loopback address for servers that are free to choose. They lie below those that the kernel gives to
 * outgoing connections: a server that is down for a moment would otherwise lose its port to any client, even to its own
 * one, whose attempts to connect end in a connection to itself when the kernel picks the very port that it tries to
 * reach (RFC 9293, 3.5: simultaneous open).
 */
public final class ServerPort {

    private static final Path OUTGOING = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})\\s+(\\d{1,5})\\s*");
    private static final int FIRST = 10_000;
    private static final int FEWEST = 1_000;
    private static final int USUAL_FIRST_OUTGOING = 32_768;
    private static final int TRIES = 1_000;

    private ServerPort() {}

    /**
     * A port that nobody listens on at this moment, 1 to 65535.
     *
     * @throws IOException if none can be had
     */
    public static int free() throws IOException {
        int end = firstOutgoing();
        for (int i = 0; end - FIRST >= FEWEST && i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, end);
            if (isFree(port)) {
                return port;
            }
        }
        // A kernel that gives out nearly every port leaves none that is safe.
        try (ServerSocket any = listenOn(0)) {
            return any.getLocalPort();
        }
    }

    /** Whether nobody listens there now; {@code false} for what is no port. */
    public static boolean isFree(int port) {
        if (port < 1 || port > 65_535) {
            return false;
        }
        try (ServerSocket free = listenOn(port)) {
            return free.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    /** The first port that the kernel may give to an outgoing connection. */
    private static int firstOutgoing() {
        return range().map(range -> Integer.parseInt(range.group(1))).orElse(USUAL_FIRST_OUTGOING);
    }

    private static Optional<Matcher> range() {
        try {
            return Optional.of(RANGE.matcher(Files.readString(OUTGOING))).filter(Matcher::matches);
        } catch (IOException notLinux) {
            return Optional.empty();
        }
    }

    private static ServerSocket listenOn(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}
