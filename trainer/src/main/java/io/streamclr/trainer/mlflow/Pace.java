package io.streamclr.trainer.mlflow;

import java.time.Duration;

/**
 * How long things take.
 *
 * @param between two times that figures are sent
 * @param answer how long one call may take while the training is at work
 * @param patience how long the training's beginning waits for the server, and its end
 */
record Pace(Duration between, Duration answer, Duration patience) {

    static final Pace USUAL = new Pace(Duration.ofSeconds(5), Duration.ofSeconds(60), Duration.ofSeconds(10));

    long answerMillis() {
        return answer.toMillis();
    }

    long patienceMillis() {
        return patience.toMillis();
    }
}
