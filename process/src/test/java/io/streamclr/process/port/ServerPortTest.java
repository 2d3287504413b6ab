package io.streamclr.process.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Scanner;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServerPortTest {

    @Test
    void aServerListensOnTheFreePortAndThenItIsTaken() throws Exception {
        int port = ServerPort.free();
        assertThat(ServerPort.isFree(port)).isTrue();
        try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(server.isBound()).isTrue();
            assertThat(ServerPort.isFree(port)).isFalse();
        }
    }

    @Test
    void noOutgoingConnectionIsGivenAPortOfAServer() throws Exception {
        Path outgoing = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
        assumeTrue(Files.exists(outgoing), "only Linux says which ports it gives to outgoing connections");
        int first = new Scanner(Files.readString(outgoing)).nextInt();
        assumeTrue(first >= 11_000, "this machine gives nearly every port to outgoing connections");
        for (int i = 0; i < 1_000; i++) {
            assertThat(ServerPort.free()).isBetween(10_000, first - 1);
        }
    }

    @Test
    void aClientThatKeepsKnockingNeverMeetsItself() throws Exception {
        int port = ServerPort.free();
        Set<String> outcomes = new HashSet<>();
        for (int i = 0; i < 15_000; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                outcomes.add("connected to " + socket.getLocalPort());
            } catch (IOException refused) {
                outcomes.add("refused");
            }
        }
        assertThat(outcomes).containsExactly("refused");
    }

    @Test
    void whatIsNoPortIsNotFree() {
        assertThat(ServerPort.isFree(0)).isFalse();
        assertThat(ServerPort.isFree(65_536)).isFalse();
    }
}
