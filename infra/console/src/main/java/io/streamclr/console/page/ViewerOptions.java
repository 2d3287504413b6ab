package io.streamclr.console.page;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say who may look at a page. */
public final class ViewerOptions {

    private static final int SHORTEST_TOKEN = 16;
    private static final int LONGEST_TOKEN = 1_024;

    @Option(
            names = "--page-host",
            paramLabel = "HOST",
            defaultValue = PageAddress.LOOPBACK,
            description = "Address that the page listens on; one that other machines reach needs a token (default:"
                    + " ${DEFAULT-VALUE}).")
    private String host;

    @Option(
            names = "--page-token-file",
            paramLabel = "FILE",
            description = "File with an access token of 16 characters or more; viewers open the page once as"
                    + " http://HOST:PORT/?token=TOKEN.")
    private Optional<Path> tokenFile;

    /**
     * A page at a port, for these viewers.
     *
     * @throws RefusalException if they make no sense
     */
    public PageAddress at(int port) {
        return new PageAddress(host, port, token());
    }

    private String token() {
        if (tokenFile.isEmpty()) {
            return "";
        }
        try {
            String token = Files.readString(tokenFile.get()).strip();
            if (token.length() < SHORTEST_TOKEN || token.length() > LONGEST_TOKEN || !token.matches("[\\w.~+/=-]+")) {
                throw new RefusalException(
                        "The file " + tokenFile.get() + " holds no token of " + SHORTEST_TOKEN + " to " + LONGEST_TOKEN
                                + " letters, digits and -._~+/=; make one with 'openssl rand -hex 16'");
            }
            return token;
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "The token cannot be read from " + tokenFile.get() + " (" + FileFault.of(unreadable)
                            + "); name a file that this user may read with --page-token-file",
                    unreadable);
        }
    }
}
