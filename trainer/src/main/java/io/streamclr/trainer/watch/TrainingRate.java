package io.streamclr.trainer.watch;

/** How fast training goes lately: sums over steps in which older steps count less and less. */
public final class TrainingRate {

    /** Weight of all before against the newest step; about the last 50 steps count. */
    private static final double MEMORY = 0.98;

    private double pairs;
    private double seconds;
    private double waited;
    private double waitedBefore;
    private long before = System.nanoTime();

    /** @param waitedSeconds in all since the training began */
    public void count(int pairsOfStep, double waitedSeconds) {
        pairs = MEMORY * pairs + pairsOfStep;
        seconds *= MEMORY;
        waited *= MEMORY;
        pass(waitedSeconds);
    }

    /** Counts the time since the last call though there was no step. */
    public void pass(double waitedSeconds) {
        long now = System.nanoTime();
        seconds += (now - before) / 1e9;
        waited += waitedSeconds - waitedBefore;
        waitedBefore = waitedSeconds;
        before = now;
    }

    public double pairsPerSecond() {
        return seconds > 0 ? pairs / seconds : 0;
    }

    /** In [0, 1]. */
    public double waitingShare() {
        return seconds > 0 ? Math.min(1, waited / seconds) : 0;
    }
}
