package io.streamclr.trainer.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.sun.net.httpserver.HttpServer;
import io.streamclr.process.port.ServerPort;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.run.TrainMain;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server where no run can be kept is refused before anything begins. */
class MlflowServerTest {

    private static MlflowServer find(String address, Map<String, String> environment) throws InterruptedException {
        return MlflowServer.find(address, "pictures", environment);
    }

    @Test
    void aServerIsFoundAndNothingIsChangedThere() throws Exception {
        try (RecordingServer server = RecordingServer.start()) {
            find(server.address() + "/", Map.of());

            assertThat(server.requests())
                    .isNotEmpty()
                    .allMatch(request -> request.startsWith("GET ") || request.contains("/experiments/search "));
        }
    }

    @Test
    void aServerThatIsDownIsRefused() throws Exception {
        String address = "http://127.0.0.1:" + ServerPort.free();

        Throwable refused = catchThrowable(() -> find(address, Map.of()));

        assertThat(refused)
                .isInstanceOf(RefusalException.class)
                .hasMessageMatching("No MLflow tracking server answers at " + address
                        + " \\(.*Connection refused\\); check that it runs and that --mlflow is its address, or leave"
                        + " that out");
    }

    @Test
    void theCommandIsRefusedBeforeItLooksForABroker() throws Exception {
        StringWriter err = new StringWriter();

        int code = TrainMain.commandLine()
                .setErr(new PrintWriter(err))
                .execute("--bootstrap-server", "127.0.0.1:1", "--mlflow", "http://127.0.0.1:" + ServerPort.free());

        assertThat(code).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("No MLflow tracking server answers at ")
                .hasLineCount(1);
    }

    @Test
    void aServerOfAnotherKindIsRefused() throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.start();
        String address = "http://127.0.0.1:" + other.getAddress().getPort();
        try {
            assertThatThrownBy(() -> find(address, Map.of()))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("What answers at " + address + " is no MLflow tracking server, or is out of order"
                            + " (status 404); check --mlflow, or leave it out");
        } finally {
            other.stop(0);
        }
    }

    @Test
    void credentialsComeFromTheEnvironmentAndAreAskedForWhereTheyAreMissing() throws Exception {
        try (RecordingServer server = RecordingServer.start()) {
            server.require("Basic bWU6c2VjcmV0"); // me:secret
            find(server.address(), Map.of("MLFLOW_TRACKING_USERNAME", "me", "MLFLOW_TRACKING_PASSWORD", "secret"));
            server.require("Bearer secret");
            find(server.address(), Map.of("MLFLOW_TRACKING_TOKEN", "secret"));

            assertThatThrownBy(() -> find(server.address(), Map.of("MLFLOW_TRACKING_TOKEN", "wrong")))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("The MLflow server at " + server.address() + " does not take this user (status 401);"
                            + " set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, in"
                            + " the environment");
        }
    }

    @Test
    void anExperimentThatWasDeletedIsRefused() throws Exception {
        try (RecordingServer server = RecordingServer.start()) {
            server.deleteExperiment("pictures");

            assertThatThrownBy(() -> find(server.address(), Map.of()))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("The experiment pictures of the MLflow server at " + server.address()
                            + " was deleted; restore it there, or give another --mlflow-experiment");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mlruns|--mlflow is 'mlruns', but runs are kept in a tracking server at an address of http or https, not in a folder or a database; start 'mlflow server' on that and give its address, such as http://127.0.0.1:5000",
                "sqlite:///mlflow.db|--mlflow is 'sqlite:///mlflow.db', but runs are kept in a tracking server at an address of http or https, not in a folder or a database; start 'mlflow server' on that and give its address, such as http://127.0.0.1:5000",
                "http://|--mlflow is 'http://', which is no address; give one such as http://127.0.0.1:5000",
                "http:///runs|--mlflow is 'http:///runs', which names no host; give one such as http://127.0.0.1:5000",
                "http://host:5000/#/experiments/1|--mlflow has more than the address of a server; leave out what begins with ? or #, as in http://127.0.0.1:5000"
            })
    void whatIsNoAddressOfAServerIsRefused(String given, String sentence) {
        assertThatThrownBy(() -> find(given, Map.of()))
                .isInstanceOf(RefusalException.class)
                .hasMessage(sentence);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://me:secret@host:5000", "https://host/?token=secret", "me:secret@host"})
    void anAddressWithASecretIsRefusedWithoutTheSecret(String given) {
        assertThatThrownBy(() -> find(given, Map.of()))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("--mlflow ")
                .hasMessageNotContaining("secret");
    }
}
