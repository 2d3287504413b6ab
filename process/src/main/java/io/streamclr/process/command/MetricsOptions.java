package io.streamclr.process.command;

import io.streamclr.process.metrics.MetricsEndpoint;
import io.streamclr.schemas.RefusalException;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where Prometheus reads what a command counts. */
public final class MetricsOptions {

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            description =
                    "Serve metrics to Prometheus at http://HOST:PORT/metrics; 0 takes a free port (default:" + " off).")
    private Optional<Integer> port;

    @Option(
            names = "--metrics-host",
            paramLabel = "HOST",
            defaultValue = "127.0.0.1",
            description = "Address that metrics listen on; not protected by a token (default: ${DEFAULT-VALUE}).")
    private String host;

    /**
     * Opens what they ask for.
     *
     * @throws RefusalException if nothing can listen there
     */
    public MetricsEndpoint open() {
        return MetricsEndpoint.from(host, port);
    }
}
