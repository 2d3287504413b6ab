package io.streamclr.trainer.mlflow;

import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.owner.RunOwner;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.TrainingListener;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.mlflow.api.proto.Service.Experiment;
import org.mlflow.api.proto.Service.ViewType;

/** An MLflow tracking server that was there when somebody asked, and the experiment in it that runs belong to. */
public final class MlflowServer {

    private final ServerAddress address;
    private final String experiment;
    private final Map<String, String> environment;
    private final Pace pace;

    private MlflowServer(ServerAddress address, String experiment, Map<String, String> environment, Pace pace) {
        this.address = address;
        this.experiment = experiment;
        this.environment = Map.copyOf(environment);
        this.pace = pace;
    }

    /**
     * Sees whether the server answers, and takes this user. Changes nothing there.
     *
     * @param address such as {@code http://HOST:5000}
     * @param experiment by its name; it need not be there
     * @param environment may hold MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, and
     *     MLFLOW_TRACKING_INSECURE_TLS
     * @throws RefusalException if runs cannot be kept there
     */
    public static MlflowServer find(String address, String experiment, Map<String, String> environment)
            throws InterruptedException {
        return find(address, experiment, environment, Pace.USUAL);
    }

    static MlflowServer find(String address, String experiment, Map<String, String> environment, Pace pace)
            throws InterruptedException {
        ServerAddress server = ServerAddress.parse(address);
        if (experiment.isBlank()) {
            throw RefusalException.ofUsage("--mlflow-experiment is empty; give the experiment a name");
        }
        try (MlflowCalls calls = new MlflowCalls(server, environment)) {
            Optional<Experiment> found = calls.ask(pace.patienceMillis(), client -> {
                Optional<Experiment> there = client.getExperimentByName(experiment);
                if (there.isEmpty()) {
                    // The client takes every 404 for an answer of MLflow's.
                    client.searchExperiments("", ViewType.ACTIVE_ONLY, 1, List.of());
                }
                return there;
            });
            if (found.isPresent() && found.get().getLifecycleStage().equals("deleted")) {
                throw new RefusalException("The experiment " + OneLine.of(experiment) + " of the MLflow server at "
                        + server + " was deleted; restore it there, or give another --mlflow-experiment");
            }
        } catch (Unanswered why) {
            throw refusal(server, why);
        }
        return new MlflowServer(server, experiment, environment, pace);
    }

    private static RefusalException refusal(ServerAddress server, Unanswered why) {
        if (why.isForbidden()) {
            return new RefusalException(
                    "The MLflow server at " + server + " does not take this user (" + why.getMessage()
                            + "); set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN,"
                            + " in the environment",
                    why);
        }
        if (why.isAnswer()) {
            return new RefusalException(
                    "What answers at " + server + " is no MLflow tracking server, or is out of order ("
                            + why.getMessage() + "); check --mlflow, or leave it out",
                    why);
        }
        return new RefusalException(
                "No MLflow tracking server answers at " + server + " (" + why.getMessage()
                        + "); check that it runs and that --mlflow is its address, or leave that out",
                why);
    }

    /** A training that tells a listener what it does. */
    @FunctionalInterface
    public interface Work<T> {

        T train(TrainingListener kept) throws InterruptedException;
    }

    /**
     * Trains, and keeps in the server what is done and how it ended. Whatever the server does, the training is not held up;
     * the end waits for it up to ten seconds.
     *
     * @param stopped whether somebody asked the training to stop, asked when it has ended
     */
    public <T> T keep(TrainConfig config, BooleanSupplier stopped, Work<T> work) throws InterruptedException {
        MlflowRun run = new MlflowRun(
                config,
                new RunSender(
                        config, address, experiment, new MlflowCalls(address, environment), pace, Clock.systemUTC()));
        Ending ending = Ending.FAILED;
        try {
            T done = work.train(run);
            ending = stopped.getAsBoolean() ? Ending.KILLED : Ending.FINISHED;
            return done;
        } catch (RefusalException refused) {
            ending = refused.exitCode() == RunOwner.TAKEN_OVER ? Ending.TAKEN_OVER : Ending.FAILED;
            throw refused;
        } finally {
            run.end(ending);
        }
    }
}
