package io.streamclr.trainer.mlflow;

import io.streamclr.schemas.OneLine;
import java.net.HttpURLConnection;
import org.mlflow.tracking.MlflowHttpException;

/** What was asked of the server was not done. The message says why in a few words, and holds no secret. */
final class Unanswered extends Exception {
    private static final long serialVersionUID = 1L;

    private static final int TOO_MANY = 429;
    private static final int MOST_CHARACTERS = 200;

    /** The status of the answer; 0 if there was none. */
    private final int status;

    private Unanswered(String why, int status, Throwable cause) {
        super(why, cause);
        this.status = status;
    }

    /** No answer in time. */
    static Unanswered after(long millis) {
        return new Unanswered("no answer within " + millis / 1000.0 + " s", 0, null);
    }

    /** @param failure of the client */
    static Unanswered by(Throwable failure) {
        if (failure instanceof MlflowHttpException answer) {
            return new Unanswered("status " + answer.getStatusCode(), answer.getStatusCode(), failure);
        }
        // The client wraps what happened on the way, and that says it shorter.
        Throwable why = failure.getCause() == null ? failure : failure.getCause();
        String words = OneLine.of(String.valueOf(why.getMessage() == null ? why : why.getMessage()));
        return new Unanswered(words.substring(0, Math.min(MOST_CHARACTERS, words.length())), 0, failure);
    }

    /** Whether the same may be answered later: the server is away, or has too much to do. */
    boolean mayPass() {
        return status == 0
                || status == TOO_MANY
                || status == HttpURLConnection.HTTP_CLIENT_TIMEOUT
                || status >= HttpURLConnection.HTTP_INTERNAL_ERROR;
    }

    /** Whether the server does not know what was asked for. */
    boolean isUnknown() {
        return status == HttpURLConnection.HTTP_NOT_FOUND || status == HttpURLConnection.HTTP_BAD_REQUEST;
    }

    /** Whether the server does not let this user do it. */
    boolean isForbidden() {
        return status == HttpURLConnection.HTTP_UNAUTHORIZED || status == HttpURLConnection.HTTP_FORBIDDEN;
    }

    /** Whether there was an answer. */
    boolean isAnswer() {
        return status != 0;
    }
}
