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
        return open(0);
    }

    /**
     * The same for one of several processes that the same options were given to.
     *
     * @param number of it among those of this machine, from 0; as much above the port of the first it listens
     */
    public MetricsEndpoint open(int number) {
        return MetricsEndpoint.from(host, port.map(first -> first == 0 ? 0 : first + number));
    }
}
