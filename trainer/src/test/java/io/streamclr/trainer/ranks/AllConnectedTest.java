package io.streamclr.trainer.ranks;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.RefusalException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Three ranks that have all come, of which the last does not do what it should. */
class AllConnectedTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PROMPT = Duration.ofSeconds(2);

    private static Launch rank(int rank, int port) {
        return new Launch(rank, 3, "127.0.0.1", port, 0, Optional.empty());
    }

    /** Of three, the last one by hand, which has called rank 0 and was told where the other one listens. */
    private static Socket thirdBesideRankOne(int port) throws Exception {
        Socket socket = Together.called(port);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        new Greeting(new byte[0], 2, 3).call(in, new DataOutputStream(socket.getOutputStream()), 1);
        for (int rank = 1; rank < 3; rank++) {
            in.readUTF();
            in.readInt();
        }
        return socket;
    }

    @Test
    void aRankThatDiesWhileOthersWaitForItEndsThemAtOnce() throws Exception {
        int port = Together.freePort();
        var first = Together.failure(none -> Rendezvous.join(rank(0, port), PATIENCE, PATIENCE));
        var second = Together.failure(none -> Rendezvous.join(rank(1, port), PATIENCE, PATIENCE));

        thirdBesideRankOne(port).close();

        assertThat(first.get())
                .isInstanceOf(RefusalException.class)
                .hasMessage("Rank 2 ended before all ranks were connected with each other; see what it says itself, and"
                        + " start all ranks again");
        assertThat(second.get())
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "Rank 0 ended before all ranks were connected with each other, as it does when one of them is"
                                + " gone; see what the others say, and start all ranks again");
    }

    @Test
    void aRankThatNeverSaysThatItIsConnectedIsNamed() throws Exception {
        int port = Together.freePort();
        var first = Together.failure(none -> Rendezvous.join(rank(0, port), PROMPT, PATIENCE));
        var second = Together.failure(none -> Rendezvous.join(rank(1, port), PATIENCE, PATIENCE));

        try (Socket silent = thirdBesideRankOne(port)) {
            // Rank 1 waits for a call of the silent one, and so is not connected either.
            assertThat(first.get())
                    .isInstanceOf(RefusalException.class)
                    .hasMessageStartingWith("Of all ranks 1, 2 were not connected with all others in time;");
            assertThat(second.get()).hasMessageStartingWith("Rank 0 ended before all ranks were connected");
            assertThat(silent.isClosed()).isFalse();
        }
    }

    @Test
    void aRankThatSaysSomethingElseIsRefused() throws Exception {
        int port = Together.freePort();
        var first = Together.failure(none -> Rendezvous.join(rank(0, port), PATIENCE, PATIENCE));
        var second = Together.failure(none -> Rendezvous.join(rank(1, port), PATIENCE, PATIENCE));

        try (Socket third = thirdBesideRankOne(port)) {
            third.getOutputStream().write('x');

            assertThat(first.get()).hasMessageContaining("(rank 2 says 120 where a rank says 67)");
            assertThat(second.get()).hasMessageStartingWith("Rank 0 ended before all ranks were connected");
        }
    }
}
