package io.streamclr.trainer.command;

import io.streamclr.trainer.mlflow.MlflowServer;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say whether a run is kept in an MLflow tracking server too. */
final class MlflowOptions {

    @Option(
            names = "--mlflow",
            paramLabel = "URI",
            description =
                    "Log the run to the MLflow tracking server at this address too, such as http://HOST:5000:"
                            + " settings, figures and how it ended. A run that resumes goes on there. Credentials come from"
                            + " MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN (default: off).")
    private Optional<String> address;

    @Option(
            names = "--mlflow-experiment",
            paramLabel = "NAME",
            defaultValue = "streamclr",
            description = "With --mlflow: experiment of a new run, created if missing (default: ${DEFAULT-VALUE}).")
    private String experiment;

    /**
     * The server, if one is asked for.
     *
     * @param environment has the credentials
     * @throws io.streamclr.schemas.RefusalException if it is not there
     */
    Optional<MlflowServer> server(Map<String, String> environment) throws InterruptedException {
        return address.isEmpty()
                ? Optional.empty()
                : Optional.of(MlflowServer.find(address.get(), experiment, environment));
    }
}
