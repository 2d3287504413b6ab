package io.streamclr.process.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class MetricsEndpointTest {

    private static final String HERE = "127.0.0.1";

    @Test
    void prometheusSeesWhatIsCountedByItsOwnNames() throws Exception {
        try (MetricsEndpoint metrics = MetricsEndpoint.open(HERE, 0)) {
            metrics.registry()
                    .counter("streamclr.test.images", "outcome", "sent")
                    .increment(3);

            String page = page(metrics.port().orElseThrow(), "/metrics");
            String healthy = page(metrics.port().orElseThrow(), "/-/healthy");

            assertThat(page).contains("streamclr_test_images_total{outcome=\"sent\"} 3.0");
            assertThat(healthy).as("what Kubernetes probes").contains("healthy");
        }
    }

    @Test
    void aClosedPageIsGone() {
        MetricsEndpoint metrics = MetricsEndpoint.open(HERE, 0);
        int port = metrics.port().orElseThrow();

        metrics.close();

        assertThatThrownBy(() -> page(port, "/metrics")).isInstanceOf(ConnectException.class);
    }

    @Test
    void aPortThatIsTakenIsRefusedInASentence() {
        try (MetricsEndpoint first = MetricsEndpoint.open(HERE, 0)) {
            int port = first.port().orElseThrow();

            assertThatThrownBy(() -> MetricsEndpoint.open(HERE, port))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage(
                            "Metrics cannot be shown at 127.0.0.1:" + port + " (Address already in use); give another"
                                    + " --metrics-port, or a --metrics-host that this machine has");
        }
    }

    @Test
    void metersThatNobodySeesOpenNoPort() {
        try (MetricsEndpoint metrics = MetricsEndpoint.unseen()) {
            assertThat(metrics.port()).isEmpty();
        }
    }

    private static String page(int port, String path) throws Exception {
        URI address = URI.create("http://" + HERE + ":" + port + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                .body();
    }
}
