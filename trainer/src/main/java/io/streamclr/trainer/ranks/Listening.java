package io.streamclr.trainer.ranks;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** Where a rank listens for those that call it. */
final class Listening {

    private static final int BACKLOG = 1024;

    private Listening() {}

    /** Begins where rank 0 does. @param host as the ranks were given it @param address that it has here */
    static ServerSocketChannel ofRank0(String host, InetAddress address, int port) throws IOException {
        return at(placeOfRank0(host, address, port));
    }

    /**
     * At its address alone, or at all where that is another host's way to it, or its own host calls itself by a loopback
     * address, as Debian's do (127.0.1.1), which no other host reaches.
     *
     * @param host as the ranks were given it
     * @param address that it has here
     */
    static InetSocketAddress placeOfRank0(String host, InetAddress address, int port) throws IOException {
        boolean byName = !host.matches("(?i)(.*\\.)?localhost|[0-9.]+|.*:.*");
        return isHere(address) && !(byName && address.isLoopbackAddress())
                ? new InetSocketAddress(address, port)
                : new InetSocketAddress(port);
    }

    /**
     * Begins where others of this host do not: several ranks of a host need several ports, and that of rank 0 is left to it on
     * its own host, where it may have ended and begin again.
     *
     * @param first leads to rank 0
     * @param port of rank 0
     */
    static ServerSocketChannel ofAnother(SocketChannel first, int port) throws IOException {
        InetAddress here = ((InetSocketAddress) first.getLocalAddress()).getAddress();
        InetAddress there = ((InetSocketAddress) first.getRemoteAddress()).getAddress();
        if (there.isLoopbackAddress() || isHere(there)) {
            return at(new InetSocketAddress(here, 0));
        }
        try {
            return at(new InetSocketAddress(here, port));
        } catch (BindException taken) {
            return at(new InetSocketAddress(here, 0));
        }
    }

    private static boolean isHere(InetAddress address) throws IOException {
        return NetworkInterface.getByInetAddress(address) != null;
    }

    private static ServerSocketChannel at(InetSocketAddress place) throws IOException {
        ServerSocketChannel listening = ServerSocketChannel.open();
        try {
            listening.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return listening.bind(place, BACKLOG);
        } catch (IOException taken) {
            listening.close();
            throw taken;
        }
    }
}
