package io.streamclr.ingest.push;

import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Gives up bodies that drip: a client that sends a byte now and then is never silent, and would hold its thread and its
 * memory for days. Only the time counts in which the server waited for the client, so a slow broker is nobody's fault.
 */
final class SteadyBodies extends Handler.Wrapper {

    private final Tempo tempo;

    SteadyBodies(Tempo tempo) {
        this.tempo = tempo;
    }

    /**
     * How long a body may be waited for.
     *
     * @param grace for a body of any size, all its pauses together
     * @param bytesPerSecond every so many bytes buy a second more
     */
    record Tempo(Duration grace, int bytesPerSecond) {

        /** A camera on a poor line keeps up with it. */
        static final Tempo USUAL = new Tempo(Duration.ofSeconds(60), 8 << 10);

        private boolean isKept(long waitedNanos, long bytes) {
            return waitedNanos <= grace.toNanos() + bytes * 1e9 / bytesPerSecond;
        }
    }

    /** What whoever reads a body that drips is told. */
    static final class TooSlow extends IOException {

        private static final long serialVersionUID = 1L;

        TooSlow() {
            super("the body comes too slowly");
        }

        /** Whether this is at the bottom of a failure. */
        static boolean isCauseOf(Throwable failure) {
            Throwable cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            return cause instanceof TooSlow;
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        return super.handle(new Steady(request), response, callback);
    }

    /** One at a time reads it, and waits until what was demanded is there. */
    private final class Steady extends Request.Wrapper {

        private long bytes;
        private long waitedNanos;

        Steady(Request request) {
            super(request);
        }

        @Override
        public void demand(Runnable whenThere) {
            long begin = System.nanoTime();
            super.demand(() -> {
                waitedNanos += System.nanoTime() - begin;
                whenThere.run();
            });
        }

        @Override
        public Content.Chunk read() {
            if (!tempo.isKept(waitedNanos, bytes)) {
                return Content.Chunk.from(new TooSlow());
            }
            Content.Chunk chunk = super.read();
            if (chunk != null) {
                bytes += chunk.remaining();
            }
            return chunk;
        }
    }
}
