package io.streamclr.ingest.push;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Gives up slow request bodies: a client that sends a byte now and then is never silent, and would hold its thread and its
 * memory for days. Only the time counts in which the server waited for the client, so a slow broker is nobody's fault.
 */
final class SteadyBodies extends Handler.Wrapper {

    private static final String STEADY = Steady.class.getName();

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

        /** Of a body that nobody wants, only what is on its way anyhow is worth a thread. */
        private static final Tempo UNWANTED = new Tempo(Duration.ofSeconds(2), Integer.MAX_VALUE);

        private boolean isKept(long waitedNanos, long bytes) {
            return waitedNanos <= grace.toNanos() + bytes * 1e9 / bytesPerSecond;
        }
    }

    /** Thrown to whoever reads a slow request body. */
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
        Steady steady = new Steady(request, tempo);
        request.setAttribute(STEADY, steady);
        return super.handle(steady, response, callback);
    }

    /** From here on the body of this request is not wanted, and hardly waited for. */
    static void hurry(HttpServletRequest request) {
        ((Steady) request.getAttribute(STEADY)).hurry();
    }

    /** One at a time reads it, and waits until what was demanded is there. */
    private static final class Steady extends Request.Wrapper {

        private Tempo tempo;
        private long bytes;
        private long waitedNanos;

        Steady(Request request, Tempo tempo) {
            super(request);
            this.tempo = tempo;
        }

        void hurry() {
            tempo = Tempo.UNWANTED;
            bytes = 0;
            waitedNanos = 0;
            // Whoever is silent is not noticed by reading; Jetty sets this anew for every request.
            getConnectionMetaData()
                    .getConnection()
                    .getEndPoint()
                    .setIdleTimeout(tempo.grace().toMillis());
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
