package io.streamclr.trainer.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RendezvousTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration PROMPT = Duration.ofSeconds(2);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    private Path folder;

    private Path secret(String words) throws Exception {
        return Files.writeString(folder.resolve(words), words);
    }

    private static Launch rank(int rank, int ranks, int port) {
        return new Launch(rank, ranks, "127.0.0.1", port, 0, Optional.empty());
    }

    @Test
    void ranksThatShareASecretMeet() throws Exception {
        List<Collective> ranks = Together.byTcp(3, Optional.of(secret("sesame")), Rendezvous.SILENCE);

        assertThat(ranks).extracting(Collective::rank).containsExactly(0, 1, 2);
        assertThat(ranks).extracting(Collective::ranks).containsOnly(3);
        Together.close(ranks);
    }

    @Test
    void strangersAreSentAwayAndTheOthersMeetAllTheSame() throws Exception {
        int port = Together.freePort();
        Launch first = new Launch(0, 2, "127.0.0.1", port, 0, Optional.of(secret("sesame")));
        CompletableFuture<Collective> waiting =
                CompletableFuture.supplyAsync(() -> Rendezvous.join(first, PATIENCE, Rendezvous.SILENCE));
        try (Socket web = Together.called(port);
                Socket silent = Together.called(port)) {
            web.getOutputStream().write("GET / HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            Launch thief = new Launch(1, 2, "127.0.0.1", port, 0, Optional.of(secret("open")));
            assertThatThrownBy(() -> Rendezvous.join(thief, PATIENCE, Rendezvous.SILENCE))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageContaining("it does not know the secret of STREAMCLR_RANKS_SECRET_FILE");

            Launch second = new Launch(1, 2, "127.0.0.1", port, 0, Optional.of(secret("sesame")));
            Collective other = Rendezvous.join(second, PATIENCE, Rendezvous.SILENCE);

            assertThat(silent.isConnected()).isTrue();
            Together.close(List.of(waiting.get(), other));
        }
    }

    @Test
    void callersThatNeverFinishKeepNoRankOut() throws Exception {
        int port = Together.freePort();
        CompletableFuture<Collective> waiting = CompletableFuture.supplyAsync(
                () -> Rendezvous.join(rank(0, 2, port), PATIENCE, Rendezvous.SILENCE, Duration.ofSeconds(1)));
        List<Socket> slow = new ArrayList<>();
        try {
            for (int i = 0; i < 100; i++) {
                slow.add(Together.called(port));
            }
            CompletableFuture<Collective> second = CompletableFuture.supplyAsync(
                    () -> Rendezvous.join(rank(1, 2, port), PATIENCE, Rendezvous.SILENCE));
            for (int sent = 0; !second.isDone(); sent++) {
                dribble(slow, sent);
                Thread.onSpinWait();
            }

            Together.close(List.of(waiting.get(), second.get()));
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** Each says a byte of a correct greeting, so slowly that it is always at work. */
    private static void dribble(List<Socket> slow, int sent) throws InterruptedException {
        byte[] magic = "StreamCLR ranks 1\n".getBytes(StandardCharsets.US_ASCII);
        for (Socket socket : slow) {
            try {
                socket.getOutputStream().write(sent < magic.length ? magic[sent] : 0);
            } catch (IOException sentAway) {
                continue;
            }
        }
        java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
    }

    @Test
    void aRankThatIsHungUpOnCallsAgain() throws Exception {
        int port = Together.freePort();
        CompletableFuture<Collective> second;
        try (ServerSocket dying = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            second = CompletableFuture.supplyAsync(
                    () -> Rendezvous.join(rank(1, 2, port), PATIENCE, Rendezvous.SILENCE));
            dying.accept().close();
        }

        Collective first = Rendezvous.join(rank(0, 2, port), PATIENCE, Rendezvous.SILENCE);

        Together.close(List.of(first, second.get()));
    }

    @Test
    void ofTwoProcessesThatSayThatTheyAreTheSameRankOneIsToldSo() throws Exception {
        int port = Together.freePort();
        List<CompletableFuture<Object>> twins = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            twins.add(
                    CompletableFuture.supplyAsync(() -> Rendezvous.join(rank(1, 3, port), PATIENCE, Rendezvous.SILENCE))
                            .handle((met, refused) -> refused == null ? met : refused.getCause()));
        }
        CompletableFuture<Collective> first =
                CompletableFuture.supplyAsync(() -> Rendezvous.join(rank(0, 3, port), PATIENCE, Rendezvous.SILENCE));

        Object told = CompletableFuture.anyOf(twins.get(0), twins.get(1)).get();

        assertThat(told)
                .asInstanceOf(InstanceOfAssertFactories.type(RefusalException.class))
                .extracting(Throwable::getMessage, InstanceOfAssertFactories.STRING)
                .startsWith(
                        "Rank 0 let rank 1 go before all were there: it ended, or another process says that it is rank 1");
        Collective third = Rendezvous.join(rank(2, 3, port), PATIENCE, Rendezvous.SILENCE);
        Collective twin = (Collective) (twins.get(0).get() == told ? twins.get(1) : twins.get(0)).get();
        Together.close(List.of(first.get(), twin, third));
    }

    @Test
    void aRankThatIsCutOffCallsAgain() throws Exception {
        int port;
        CompletableFuture<Collective> second;
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = full.getLocalPort();
            int there = port;
            second = CompletableFuture.supplyAsync(() -> Rendezvous.join(rank(1, 2, there), PATIENCE, PATIENCE));
            full.accept().close();
        }

        Collective first = Rendezvous.join(rank(0, 2, port), PATIENCE, PATIENCE);

        Together.close(List.of(first, second.get()));
    }

    @Test
    void whoCallsWhileTooManyDoIsCutOffAndTheRanksMeetAfterwards() throws Exception {
        int port = Together.freePort();
        CompletableFuture<Collective> first =
                CompletableFuture.supplyAsync(() -> Rendezvous.join(rank(0, 2, port), PATIENCE, PATIENCE));
        List<Socket> silent = new ArrayList<>();
        for (int caller = 0; caller < 64; caller++) {
            silent.add(Together.called(port));
        }
        try (Socket oneMore = Together.called(port)) {
            assertThat(oneMore.getInputStream().read()).isEqualTo(-1);
        }

        for (Socket caller : silent) {
            caller.close();
        }

        Together.close(List.of(Rendezvous.join(rank(1, 2, port), PATIENCE, PATIENCE), first.get()));
    }

    @ParameterizedTest
    @CsvSource({
        "9, Rank 2 of 3 could not reach rank 1 at 127.0.0.1:9 (",
        "70000, Rank 2 cannot meet the others at 127.0.0.1:PORT (rank 0 says that a rank listens on port 70000);"
    })
    void whereARankIsNotFoundIsNamed(int otherPort, String sentence) throws Exception {
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var failure = Together.failure(none -> Rendezvous.join(rank(2, 3, first.getLocalPort()), PROMPT, PATIENCE));
            try (Socket third = first.accept()) {
                DataOutputStream out = new DataOutputStream(third.getOutputStream());
                new Greeting(new byte[0], 0, 3).listen(new DataInputStream(third.getInputStream()), out);
                for (int rank = 1; rank < 3; rank++) {
                    out.writeUTF("127.0.0.1");
                    out.writeInt(otherPort);
                }

                assertThat(failure.get())
                        .isInstanceOf(RefusalException.class)
                        .hasMessageStartingWith(sentence.replace("PORT", Integer.toString(first.getLocalPort())));
            }
        }
    }

    @Test
    void onItsOwnHostThePortOfRank0IsLeftToIt() throws Exception {
        // At another address, so that the port is free where the rank that calls could take it.
        try (ServerSocket first = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.2"))) {
            int port = first.getLocalPort();
            Launch launch = new Launch(1, 2, "127.0.0.2", port, 0, Optional.empty());
            var failure = Together.failure(none -> Rendezvous.join(launch, PROMPT, PATIENCE));
            try (Socket second = first.accept()) {
                Greeting.Caller caller = new Greeting(new byte[0], 0, 2)
                        .listen(
                                new DataInputStream(second.getInputStream()),
                                new DataOutputStream(second.getOutputStream()));

                assertThat(second.getInetAddress()).isNotEqualTo(first.getInetAddress());
                assertThat(caller.port()).isNotEqualTo(port);
            }
            assertThat(failure.get()).isInstanceOf(RefusalException.class);
        }
    }

    @Test
    void oneThatCountsOtherRanksIsToldSo() throws Exception {
        int port = Together.freePort();
        var first = Together.failure(none -> Rendezvous.join(rank(0, 3, port), Duration.ofSeconds(5), SHORT));

        assertThatThrownBy(() -> Rendezvous.join(rank(1, 2, port), PATIENCE, SHORT))
                .isInstanceOf(RefusalException.class)
                .hasMessage("This rank counts 2 ranks, and another counts 3; start all with the same number");

        assertThat(first.get())
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("Of 3 ranks 1, 2 did not come in time");
    }

    @Test
    void whatIsNoRankAtTheAddressIsNamed() throws Exception {
        try (ServerSocket web = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var failure = Together.failure(
                    none -> Rendezvous.join(rank(1, 2, web.getLocalPort()), PATIENCE, Rendezvous.SILENCE));
            try (Socket caller = web.accept()) {
                caller.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));

                assertThat(failure.get()).hasMessageContaining("it is no rank, or one of another version");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, true",
        "localhost, 127.0.0.1, true",
        "LOCALHOST, 127.0.0.1, true",
        "node-1, 127.0.0.1, false", // as /etc/hosts may have it, where no other host would reach it
        "service.example, 192.0.2.1, false" // leads here from elsewhere
    })
    void rankZeroListensWhereOthersReachItAndNowhereElse(String host, String address, boolean alone) throws Exception {
        InetSocketAddress at = Listening.placeOfRank0(host, InetAddress.getByName(address), 4000);

        assertThat(at.getPort()).isEqualTo(4000);
        assertThat(at.getAddress().isAnyLocalAddress()).isEqualTo(!alone);
        assertThat(at.getAddress().equals(InetAddress.getByName(address))).isEqualTo(alone);
    }

    @Test
    void aRankWithoutTheOthersSaysWhoIsMissing() throws Exception {
        int port = Together.freePort();

        assertThatThrownBy(() -> Rendezvous.join(rank(0, 2, port), SHORT, SHORT))
                .hasMessageStartingWith("Of 2 ranks 1 did not come in time; check that all were started");
        assertThatThrownBy(() -> Rendezvous.join(rank(1, 2, port), SHORT, SHORT))
                .hasMessageContaining("Rank 1 of 2 could not reach rank 0 at 127.0.0.1:" + port);
    }

    @Test
    void aRankThatFallsSilentIsGone() throws Exception {
        try (Partner partner = Partner.callsAfter(Together.freePort(), SHORT)) {
            assertThatThrownBy(() -> partner.first().gather(ByteBuffer.allocate(1), 1))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageContaining("Rank 1 ended: it sent nothing for 0 s, as when its host or the network is");
        }
    }

    @Test
    void aRankThatIsKilledIsGoneAtOnce() throws Exception {
        try (Partner partner = Partner.callsAfter(Together.freePort(), PATIENCE)) {
            partner.socket().close();

            assertThatThrownBy(() -> partner.first().gather(ByteBuffer.allocate(1), 1))
                    .isInstanceOf(RefusalException.class)
                    .hasMessageContaining("Rank 1 ended: ");
        }
    }

    @Test
    void moreBytesThanBelongAreRefusedBeforeAnythingIsAllocated() throws Exception {
        try (Partner partner = Partner.callsAfter(Together.freePort(), PATIENCE)) {
            partner.sends((byte) 1, 1, Integer.MAX_VALUE);

            assertThatThrownBy(() -> partner.first().gather(ByteBuffer.allocate(100_000), 100_000))
                    .hasMessageContaining("it sent 2147483647 bytes where at most 100000 belong");
        }
    }

    @Test
    void whatBelongsToAnotherCallIsRefused() throws Exception {
        try (Partner partner = Partner.callsAfter(Together.freePort(), PATIENCE)) {
            partner.sends((byte) 1, 7, 0);

            assertThatThrownBy(() -> partner.first().gather(ByteBuffer.allocate(1), 1))
                    .hasMessageContaining("it came to call 7 when this rank came to call 1");
        }
    }

    /** Rank 1 of 2 by hand: greets as it should, and then does what a test says. */
    private record Partner(Collective first, Socket socket) implements AutoCloseable {

        static Partner callsAfter(int port, Duration silence) throws Exception {
            CompletableFuture<Collective> first =
                    CompletableFuture.supplyAsync(() -> Rendezvous.join(rank(0, 2, port), PATIENCE, silence));
            Socket socket = Together.called(port);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            new Greeting(new byte[0], 1, 2).call(in, new DataOutputStream(socket.getOutputStream()), 1);
            in.readUTF();
            in.readInt();
            socket.getOutputStream().write('C');
            assertThat(in.read()).isEqualTo('B');
            return new Partner(first.get(), socket);
        }

        void sends(byte kind, long call, int length) throws Exception {
            ByteBuffer header = ByteBuffer.allocate(13).order(java.nio.ByteOrder.LITTLE_ENDIAN);
            socket.getOutputStream()
                    .write(header.put(kind).putLong(call).putInt(length).array());
        }

        @Override
        public void close() throws IOException {
            socket.close();
            first.close();
        }
    }
}
