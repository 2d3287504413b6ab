package io.streamclr.trainer.mlflow;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.creds.BasicMlflowHostCreds;

/**
 * Asks an MLflow server by its own client, and gives up after a time, which the client does not: it waits for ever for a
 * server that takes a connection and says nothing. To be used by one thread.
 */
final class MlflowCalls implements AutoCloseable {

    /** The client's copy of Apache's HTTP client tells standard error of each connection that breaks. */
    private static final Logger QUIET = Logger.getLogger("org.mlflow_project.apachehttp");

    static {
        QUIET.setLevel(Level.OFF);
    }

    private final BasicMlflowHostCreds server;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "mlflow-call");
        thread.setDaemon(true);
        return thread;
    });
    private MlflowClient client;

    /**
     * Connects when the first is asked.
     *
     * @param environment has the credentials, under the names by which MLflow's client for Python reads them: the Java
     *     one reads none by itself
     */
    MlflowCalls(ServerAddress address, Map<String, String> environment) {
        server = new BasicMlflowHostCreds(
                address.uri(),
                environment.get("MLFLOW_TRACKING_USERNAME"),
                environment.get("MLFLOW_TRACKING_PASSWORD"),
                environment.get("MLFLOW_TRACKING_TOKEN"),
                "true".equalsIgnoreCase(environment.get("MLFLOW_TRACKING_INSECURE_TLS")));
        client = new MlflowClient(server);
    }

    /**
     * Asks.
     *
     * @param limitMillis how long to wait for the answer
     * @throws Unanswered if there is none, or it says no
     */
    <T> T ask(long limitMillis, Function<MlflowClient, T> question) throws Unanswered, InterruptedException {
        MlflowClient asked = client;
        Future<T> answer = threads.submit(() -> question.apply(asked));
        try {
            return answer.get(limitMillis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw Unanswered.by(failed.getCause());
        } catch (TimeoutException silent) {
            answer.cancel(true);
            threads.execute(asked::close); // which breaks the connection, and may wait for it itself
            client = new MlflowClient(server);
            throw Unanswered.after(limitMillis);
        }
    }

    /** Ends without waiting for anybody. */
    @Override
    public void close() {
        threads.execute(client::close);
        threads.shutdown();
    }
}
