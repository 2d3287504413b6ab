package io.streamclr.process.port;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The port that a command is asked to listen at. */
public final class ListeningPort {

    private ListeningPort() {}

    /**
     * Sees to it that a server can listen there, before anything is started that would have to be stopped again.
     *
     * @param option that asks for the port, for the sentence
     * @param host address of this machine
     * @param port 0 for a free one
     * @throws RefusalException if there is no such port, or nothing can listen at it
     */
    public static void require(String option, String host, int port) {
        if (port < 0 || port > 65_535) {
            throw RefusalException.ofUsage(option + " is " + port + ", but ports are 1 to 65535, or 0 for a free one");
        }
        try (ServerSocket trial = new ServerSocket(port, 1, InetAddress.getByName(host))) {
            assert trial.isBound();
        } catch (IOException taken) {
            throw new RefusalException(
                    "Nothing can listen at " + host + ":" + port + " (" + FileFault.of(taken) + "); give another "
                            + option + ", or 0 for a free one",
                    taken);
        }
    }
}
