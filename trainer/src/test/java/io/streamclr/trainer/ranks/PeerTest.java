package io.streamclr.trainer.ranks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The other end of the connection is written by hand. */
class PeerTest {

    private static final byte DATA = 1;
    private static final byte END = 3;
    private static final int HEADER = 13;
    private static final int LARGE = 64_000_000;

    private final CountDownLatch ended = new CountDownLatch(1);
    private SocketChannel other;
    private Peer peer;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            other = SocketChannel.open(listening.getLocalAddress());
            peer = new Peer(1, listening.accept(), Duration.ofMinutes(2), System::nanoTime, ended::countDown);
        }
        peer.begin();
    }

    @AfterEach
    void close() throws IOException {
        other.close();
        peer.close(System.nanoTime());
    }

    private void send(byte kind, long call, int length, ByteBuffer content) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(HEADER + content.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        all.put(kind).putLong(call).putInt(length).put(content).flip();
        while (all.hasRemaining()) {
            other.write(all);
        }
    }

    private void sendLastWords(String words) throws IOException {
        byte[] text = words.getBytes(StandardCharsets.UTF_8);
        ByteBuffer farewell = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
        farewell.putInt(1).putInt(4).put(text).flip();
        send(END, 0, farewell.remaining(), farewell);
    }

    @Test
    void whatIsMoreThanThisProcessHasMemoryForEndsItInsteadOfHavingItWaitForEver() throws Exception {
        send(DATA, 1, Integer.MAX_VALUE, ByteBuffer.allocate(0));

        peer.expect(1, Integer.MAX_VALUE);

        assertThatThrownBy(() -> peer.receive(1)).isInstanceOf(OutOfMemoryError.class);
    }

    @Test
    void whoLeavesMakesNoRoomForWhatIsOnItsWayAndHearsTheLastWordsAfterIt() throws Exception {
        long before = direct();
        peer.leave(Optional.empty());

        send(DATA, 1, LARGE, ByteBuffer.allocate(LARGE));
        sendLastWords("its disk is full");

        ended.await();
        assertThat(peer.lost()).contains(new RankLost(1, "its disk is full", 4));
        // The sender's own copy, which Java keeps for its thread, is of that size too.
        assertThat(direct() - before).isLessThan(2L * LARGE);
    }

    private static long direct() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getTotalCapacity)
                .sum();
    }

    @Test
    void lastWordsAreHeardAlthoughNothingReachesTheOtherRankAnyMore() throws Exception {
        send(DATA, 1, 100_000, ByteBuffer.allocate(100_000));
        sendLastWords("its disk is full");
        peer.beat();
        other.close();
        for (int beat = 0; beat < 5; beat++) {
            peer.beat();
        }

        peer.expect(1, 100_000);

        assertThat(peer.receive(1).remaining()).isEqualTo(100_000);
        assertThatThrownBy(() -> peer.receive(2)).hasMessageStartingWith("Rank 1 ended: its disk is full");
    }

    @Test
    void whatARankSaysOfItselfDoesNothingToATerminal() throws Exception {
        sendLastWords("\u009b31mred\u001b[0m \u202eesrever");

        ended.await();

        assertThatThrownBy(() -> peer.receive(1)).hasMessage("Rank 1 ended: \\u009b31mred\\u001b[0m \\u202eesrever");
    }
}
