package io.streamclr.trainer.mlflow;

import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import java.net.URI;
import java.net.URISyntaxException;

/** The address of an MLflow tracking server, such as {@code http://HOST:5000}; it holds no secret. */
record ServerAddress(String uri) {

    private static final String SUCH_AS = "; give one such as http://127.0.0.1:5000";

    /** @throws RefusalException if it is none, or may hold a secret, which is not repeated */
    static ServerAddress parse(String given) {
        String text = given.strip();
        if (text.contains("@")) {
            throw RefusalException.ofUsage(
                    "--mlflow must not hold a user or a password, because command lines are seen by"
                            + " others; set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, in"
                            + " the environment");
        }
        if (text.contains("?") || text.contains("#")) {
            throw RefusalException.ofUsage(
                    "--mlflow has more than the address of a server; leave out what begins with ? or"
                            + " #, as in http://127.0.0.1:5000");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException none) {
            throw RefusalException.ofUsage(
                    "--mlflow is '" + OneLine.of(text) + "', which is no address" + SUCH_AS, none);
        }
        if (!"http".equals(uri.getScheme()) && !"https".equals(uri.getScheme())) {
            throw RefusalException.ofUsage(
                    "--mlflow is '" + OneLine.of(text) + "', but runs are kept in a tracking server at"
                            + " an address of http or https, not in a folder or a database; start 'mlflow server' on that and"
                            + " give its address, such as http://127.0.0.1:5000");
        }
        if (uri.getHost() == null) {
            throw RefusalException.ofUsage("--mlflow is '" + OneLine.of(text) + "', which names no host" + SUCH_AS);
        }
        return new ServerAddress(text.replaceAll("/+$", ""));
    }

    @Override
    public String toString() {
        return uri;
    }
}
