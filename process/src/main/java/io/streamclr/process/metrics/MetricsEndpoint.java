package io.streamclr.process.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The meters of a process, and the page {@code /metrics} on which Prometheus reads them, where one is asked for. */
public final class MetricsEndpoint implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoint.class);

    private final MeterRegistry registry;
    private final Optional<HTTPServer> server;

    private MetricsEndpoint(MeterRegistry registry, Optional<HTTPServer> server) {
        this.registry = registry;
        this.server = server;
    }

    /** Meters that nobody sees. */
    public static MetricsEndpoint unseen() {
        return new MetricsEndpoint(new SimpleMeterRegistry(), Optional.empty());
    }

    /** As {@link #open} at the port, and as {@link #unseen} without one. */
    public static MetricsEndpoint from(String host, Optional<Integer> port) {
        return port.map(asked -> open(host, asked)).orElseGet(MetricsEndpoint::unseen);
    }

    /**
     * Opens the page.
     *
     * @param host the address to listen at; a loopback address is seen on this machine alone
     * @param port 0 for a free one
     * @throws RefusalException if nothing can listen there
     */
    public static MetricsEndpoint open(String host, int port) {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try {
            HTTPServer server = HTTPServer.builder()
                    .hostname(host)
                    .port(port)
                    .registry(registry.getPrometheusRegistry())
                    .buildAndStart();
            LOG.info("metrics shown host={} port={}", host, server.getPort());
            return new MetricsEndpoint(registry, Optional.of(server));
        } catch (IOException | IllegalArgumentException taken) {
            throw new RefusalException(
                    "Metrics cannot be shown at " + host + ":" + port + " (" + FileFault.of(taken)
                            + "); give another --metrics-port, or a --metrics-host that this machine has",
                    taken);
        }
    }

    /** Where the process registers what it counts. */
    public MeterRegistry registry() {
        return registry;
    }

    /** The port that Prometheus finds the page at; empty where there is no page. */
    public OptionalInt port() {
        return server.map(open -> OptionalInt.of(open.getPort())).orElse(OptionalInt.empty());
    }

    @Override
    public void close() {
        server.ifPresent(HTTPServer::close);
        registry.close();
    }
}
