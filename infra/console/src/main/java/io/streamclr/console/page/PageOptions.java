package io.streamclr.console.page;

import io.streamclr.schemas.RefusalException;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that ask for a live page of a training. */
public final class PageOptions {

    @Option(
            names = "--page-port",
            paramLabel = "PORT",
            description = "Show the run in the browser, at http://127.0.0.1:PORT; 0 takes a free port (default: off).")
    private Optional<Integer> port;

    @Mixin
    private ViewerOptions viewers;

    /**
     * Where they ask for a page; empty if they do not.
     *
     * @throws RefusalException if they make no sense
     */
    public Optional<PageAddress> address() {
        return port.map(asked -> viewers.at(asked));
    }
}
