package io.streamclr.local.page;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.Audience;
import io.streamclr.trainer.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The options that ask for a live page: of the demo, and of training as its audience. */
public final class PageOptions implements Audience {

    private static final int SHORTEST_TOKEN = 16;
    private static final int LONGEST_TOKEN = 1_024;

    private final Consumer<String> screen;

    @Option(
            names = "--page",
            paramLabel = "PORT",
            description = "Show the run in the browser, at http://127.0.0.1:PORT; 0 takes a free port.")
    private Optional<Integer> port;

    @Option(
            names = "--page-host",
            paramLabel = "HOST",
            defaultValue = PageAddress.LOOPBACK,
            description = "Address to show the page at; one that other machines reach needs a token. Default:"
                    + " ${DEFAULT-VALUE}.")
    private String host;

    @Option(
            names = "--page-token-file",
            paramLabel = "FILE",
            description = "File with a token that viewers must bring, 16 characters or more: they open the page once as"
                    + " http://HOST:PORT/?token=TOKEN.")
    private Optional<Path> tokenFile;

    /** Says where the page is on standard error. */
    public PageOptions() {
        this(System.err::println);
    }

    /** @param screen takes the sentence that says where the page is */
    PageOptions(Consumer<String> screen) {
        this.screen = screen;
    }

    /**
     * Where they ask for a page; empty if they do not.
     *
     * @throws RefusalException if they make no sense
     */
    public Optional<PageAddress> address() {
        return port.map(asked -> new PageAddress(host, asked, token()));
    }

    /** As {@link #address}, and at a free port where none is asked for. */
    public PageAddress addressOrFree() {
        return new PageAddress(host, port.orElse(0), token());
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
                    "The token cannot be read from " + tokenFile.get() + " (" + unreadable.getMessage()
                            + "); name a file that this user may read with --page-token-file",
                    unreadable);
        }
    }

    @Override
    public Seat admit(TrainConfig config, String imagesTopic) {
        Optional<PageAddress> asked = address();
        if (asked.isEmpty()) {
            return Audience.NONE.admit(config, imagesTopic);
        }
        LivePage page = LivePage.open(asked.get(), config, imagesTopic);
        screen.accept("The run is shown at " + page.uri());
        return page;
    }
}
