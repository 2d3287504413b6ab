package io.streamclr.ingest.source;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of videos that are found: they are passed over, or pictures of them are taken by the program ffmpeg, which
 * must be installed. It runs as a process of its own, so that no video, however it was made, harms this one.
 */
public final class Videos {

    private static final double LEAST_PER_SECOND = 0.001;
    private static final double MOST_PER_SECOND = 1000;
    private static final String FFMPEG = "ffmpeg";

    private final double perSecond;
    private final String program;

    private Videos(double perSecond, String program) {
        this.perSecond = perSecond;
        this.program = program;
    }

    /** Videos are no images. */
    public static Videos skipped() {
        return new Videos(0, FFMPEG);
    }

    /**
     * @param perSecond pictures of each second of a video, {@value #LEAST_PER_SECOND} to {@value #MOST_PER_SECOND}
     * @throws RefusalException if that is out of its range, or ffmpeg is not installed
     */
    public static Videos pictured(double perSecond) {
        return pictured(perSecond, FFMPEG);
    }

    /** @param program what to run as ffmpeg */
    static Videos pictured(double perSecond, String program) {
        if (!(perSecond >= LEAST_PER_SECOND && perSecond <= MOST_PER_SECOND)) {
            throw RefusalException.ofUsage("--fps is " + perSecond + ", but it must be from " + LEAST_PER_SECOND
                    + " to " + (int) MOST_PER_SECOND + " pictures a second");
        }
        requireInstalled(program);
        return new Videos(perSecond, program);
    }

    private static void requireInstalled(String program) {
        Process asked = null;
        try {
            asked = new ProcessBuilder(program, "-version")
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            if (asked.waitFor(30, TimeUnit.SECONDS) && asked.exitValue() == 0) {
                return;
            }
        } catch (IOException missing) {
            throw new RefusalException(
                    "--fps takes pictures of videos with the program " + program
                            + ", which cannot be started; install it"
                            + " (Debian: apt install ffmpeg), or leave --fps out",
                    missing);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            if (asked != null) {
                asked.destroyForcibly();
            }
        }
        throw new RefusalException("--fps takes pictures of videos with the program " + program
                + ", which fails; see what '" + program + " -version' says, or leave --fps out");
    }

    boolean areSkipped() {
        return perSecond == 0;
    }

    double perSecond() {
        return perSecond;
    }

    String program() {
        return program;
    }
}
