package io.streamclr.console.page;

import io.streamclr.schemas.RefusalException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Objects;

/**
 * Where the page is shown, and to whom.
 *
 * @param host to listen at
 * @param port 0 for a free one
 * @param token that a viewer must bring; empty if everybody on this machine may look
 */
public record PageAddress(String host, int port, String token) {

    /** This machine alone. */
    public static final String LOOPBACK = "127.0.0.1";

    /** @throws RefusalException if other machines could look without a token, or there is no such host or port */
    public PageAddress {
        Objects.requireNonNull(token, "token");
        if (port < 0 || port > 65_535) {
            throw RefusalException.ofUsage(
                    "The page's port is " + port + ", but ports are 1 to 65535, or 0 for a free one");
        }
        if (token.isEmpty() && !isLoopback(host)) {
            throw RefusalException.ofUsage(
                    "--page-host " + host + " shows the page to other machines, and so the images; name"
                            + " a file with a token that viewers must bring, with --page-token-file");
        }
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            throw new RefusalException(
                    "--page-host " + host + " is no address of this machine; give one that it has", unknown);
        }
    }

    /** A page at a free port of this machine, for its users alone. */
    public static PageAddress here() {
        return new PageAddress(LOOPBACK, 0, "");
    }

    /** Whether viewers come from this machine alone. */
    boolean isLocal() {
        return isLoopback(host);
    }

    @Override
    public String toString() {
        return "PageAddress[" + host + ":" + port + (token.isEmpty() ? "" : ", with a token") + "]";
    }
}
