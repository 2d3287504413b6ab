package io.streamclr.ingest.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.streamclr.ingest.fetch.WebImages.Manners;
import io.streamclr.ingest.source.Found;
import io.streamclr.ingest.source.ImageSource;
import io.streamclr.ingest.source.Reading;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(90)
class ListedImagesTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);
    private static final Manners HERE = new Manners(2, 8, Duration.ofSeconds(2), Duration.ofSeconds(3), true);

    @TempDir
    Path folder;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private String base;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
        base = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    @AfterEach
    void end() {
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void pathsAndAddressesComeInTheOrderOfTheList() throws IOException {
        Path file = Files.writeString(folder.resolve("1.jpg"), "a file");
        CountDownLatch second = new CountDownLatch(1);
        server.createContext("/first.jpg", exchange -> {
            await(second); // the second is answered before the first
            answer(exchange, 200, "image/jpeg", "the first");
        });
        server.createContext("/second.jpg", exchange -> {
            exchange.getResponseHeaders().add("Last-Modified", "Wed, 21 Oct 2015 07:28:00 GMT");
            answer(exchange, 200, "image/jpeg", "the second");
            second.countDown();
        });

        List<Found> found = everything(
                HERE,
                "# what to send\n" + base + "/first.jpg\n\n  " + base + "/second.jpg\r\n" + file + "\n"
                        + folder.resolve("none.jpg"));

        assertThat(found.subList(0, 3))
                .extracting(image -> image.source() + " " + new String(((Found.Image) image).encoded(), UTF_8))
                .containsExactly(base + "/first.jpg the first", base + "/second.jpg the second", "1.jpg a file");
        assertThat(((Found.Image) found.get(0)).capturedAt()).isEqualTo(CLOCK.instant());
        assertThat(((Found.Image) found.get(1)).capturedAt()).isEqualTo("2015-10-21T07:28:00Z");
        assertThat(found.subList(3, found.size()))
                .containsExactly(new Found.Unreadable(folder.resolve("none.jpg").toString(), "is not there"));
    }

    @Test
    void whatIsNoImageIsNamedWithTheReason() throws IOException {
        server.createContext("/gone.jpg", exchange -> answer(exchange, 404, "text/html", "no"));
        server.createContext("/page.jpg", exchange -> answer(exchange, 200, "text/html", "<html>"));
        server.createContext("/empty.jpg", exchange -> answer(exchange, 200, "image/png", ""));

        assertThat(everything(HERE, base + "/gone.jpg\n" + base + "/page.jpg\n" + base + "/empty.jpg"))
                .containsExactly(
                        new Found.Unreadable(base + "/gone.jpg", "is answered with status 404"),
                        new Found.Unreadable(base + "/page.jpg", "is text/html and no image"),
                        new Found.Unreadable(base + "/empty.jpg", "is empty"));
    }

    @Test
    void aBodyBeyondTheLimitIsNotReadToItsEnd() throws IOException {
        server.createContext("/claims.jpg", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "image/jpeg");
            exchange.sendResponseHeaders(200, 1L << 40);
        });
        server.createContext("/endless.jpg", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "image/jpeg");
            exchange.sendResponseHeaders(200, 0); // chunked
            byte[] more = new byte[1 << 20];
            try (OutputStream body = exchange.getResponseBody()) {
                while (true) {
                    body.write(more);
                }
            }
        });

        assertThat(everything(HERE, base + "/claims.jpg\n" + base + "/endless.jpg"))
                .extracting(found -> ((Found.Unreadable) found).why())
                .containsExactly(
                        "has more than the 8388608 bytes that are allowed (--max-image-bytes)",
                        "has more than the 8388608 bytes that are allowed (--max-image-bytes)");
    }

    @Test
    void aServerThatTricklesIsGivenUp() throws IOException {
        server.createContext("/slow.jpg", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "image/jpeg");
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                while (true) {
                    body.write(1);
                    body.flush();
                    await(new CountDownLatch(1), 100);
                }
            }
        });

        assertThat(everything(HERE, base + "/slow.jpg"))
                .containsExactly(new Found.Unreadable(base + "/slow.jpg", "did not come within 3 s"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nX: |a", // a header without end
                "|HTTP/1.1 103 Early Hints\r\n\r\n", // answers before the answer
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n|0" // the length of a chunk
            })
    void aServerThatTricklesBeforeTheImageIsGivenUp(String said) throws IOException {
        String once = said.substring(0, said.indexOf('|'));
        String again = said.substring(said.indexOf('|') + 1);
        try (ServerSocket trickling = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            Future<?> untilGivenUp = threads.submit(() -> trickle(trickling, once, again));
            String address = "http://127.0.0.1:" + trickling.getLocalPort() + "/slow.jpg";

            assertThat(everything(HERE, address))
                    .containsExactly(new Found.Unreadable(address, "did not come within 3 s"));
            assertThatThrownBy(untilGivenUp::get).hasCauseInstanceOf(IOException.class);
        }
    }

    private static Void trickle(ServerSocket server, String once, String again) throws IOException {
        try (Socket client = server.accept()) {
            client.getOutputStream().write(once.getBytes(UTF_8));
            while (true) {
                client.getOutputStream().write(again.getBytes(UTF_8));
                await(new CountDownLatch(1), 100);
            }
        }
    }

    @Test
    void imagesThatWaitForTheirTurnAreNotLate() throws IOException {
        server.createContext("/", exchange -> {
            await(new CountDownLatch(1), 700);
            answer(exchange, 200, "image/jpeg", "x");
        });
        Manners hasty = new Manners(1, 8, Duration.ofSeconds(2), Duration.ofSeconds(2), true);
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            list.append(base).append("/").append(i).append(".jpg\n");
        }

        assertThat(everything(hasty, list.toString())).hasSize(5).allMatch(Found.Image.class::isInstance);
    }

    @Test
    void headersWithoutEndAreNotKept() throws IOException {
        server.createContext("/long.jpg", exchange -> {
            exchange.getResponseHeaders().add("X", "x".repeat(20_000));
            answer(exchange, 200, "image/jpeg", "x");
        });
        server.createContext("/many.jpg", exchange -> {
            for (int i = 0; i < 200; i++) {
                exchange.getResponseHeaders().add("X" + i, "x");
            }
            answer(exchange, 200, "image/jpeg", "x");
        });

        assertThat(everything(HERE, base + "/long.jpg\n" + base + "/many.jpg"))
                .extracting(found -> ((Found.Unreadable) found).why())
                .containsExactly(
                        "cannot be fetched: Maximum line length limit exceeded",
                        "cannot be fetched: Maximum header count exceeded");
    }

    @Test
    void aBusyServerIsAskedAgainWhenItSaysSo() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        server.createContext("/busy.jpg", exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "1");
            answer(exchange, asked.getAndIncrement() == 0 ? 503 : 200, "image/jpeg", "at last");
        });
        server.createContext("/much-later.jpg", exchange -> {
            exchange.getResponseHeaders().add("Retry-After", "3600");
            answer(exchange, 429, "image/jpeg", "not now");
        });

        assertThat(everything(HERE, base + "/busy.jpg\n" + base + "/much-later.jpg"))
                .satisfiesExactly(busy -> assertThat(busy).isInstanceOf(Found.Image.class), later -> assertThat(later)
                        .isEqualTo(new Found.Unreadable(base + "/much-later.jpg", "is answered with status 429")));
        assertThat(asked).hasValue(2);
    }

    @Test
    void noMoreThanTwoRequestsAreInFlightToOneHost() throws IOException {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch two = new CountDownLatch(2);
        server.createContext("/", exchange -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            two.countDown();
            await(two); // the first waits for a second, so that two are in flight at least once
            answer(exchange, 200, "image/jpeg", "x");
            now.decrementAndGet();
        });
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            list.append(base).append("/").append(i).append(".jpg\n");
        }

        assertThat(everything(HERE, list.toString())).hasSize(20).allMatch(Found.Image.class::isInstance);

        // A connection is free again for the client a moment before our handler has counted down.
        assertThat(most.get()).isBetween(2, 4);
    }

    @Test
    void privateAddressesAreNotFetchedNorReachedByARedirect() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        server.createContext("/", exchange -> {
            asked.incrementAndGet();
            answer(exchange, 200, "image/jpeg", "secret");
        });

        List<Found> found = everything(Manners.usual(), base + "/1.jpg\nhttp://localhost/2.jpg\nhttp://[::1]/3.jpg");

        assertThat(found)
                .hasSize(3)
                .allMatch(each -> ((Found.Unreadable) each).why().contains("no public address"));
        assertThat(asked).hasValue(0);
    }

    @Test
    void redirectsAreFollowedButNotForEver() throws IOException {
        server.createContext("/moved.jpg", exchange -> {
            exchange.getResponseHeaders().add("Location", "/here.jpg");
            answer(exchange, 302, "text/html", "");
        });
        server.createContext("/here.jpg", exchange -> answer(exchange, 200, "image/jpeg", "here"));
        server.createContext("/round/", exchange -> {
            exchange.getResponseHeaders().add("Location", exchange.getRequestURI() + "x");
            answer(exchange, 302, "text/html", "");
        });
        server.createContext("/file.jpg", exchange -> {
            exchange.getResponseHeaders().add("Location", "file:///etc/hostname");
            answer(exchange, 302, "text/html", "");
        });

        assertThat(everything(HERE, base + "/moved.jpg\n" + base + "/round/\n" + base + "/file.jpg"))
                .satisfiesExactly(
                        moved -> assertThat(moved).isInstanceOf(Found.Image.class),
                        round -> assertThat(((Found.Unreadable) round).why()).contains("redirects"),
                        file -> assertThat(file).isInstanceOf(Found.Unreadable.class));
    }

    @Test
    void otherAddressesAndLinesWithoutEndAreNamed() throws IOException {
        assertThat(everything(HERE, "file:///etc/passwd\nftp://host/x.jpg\nhttp:///x\n" + "x".repeat(100_000)))
                .extracting(found -> ((Found.Unreadable) found).why())
                .containsExactly(
                        "is neither a path nor an address that begins with http:// or https://",
                        "is neither a path nor an address that begins with http:// or https://",
                        "is neither a path nor an address that begins with http:// or https://",
                        "is a line of more than 8192 bytes");
    }

    @Test
    void aLineOfSpacesWithoutEndIsNamedAndTheNextIsRead() throws IOException {
        Path file = Files.writeString(folder.resolve("1.jpg"), "a file");

        assertThat(everything(HERE, " ".repeat(9_000) + "\n" + file))
                .satisfiesExactly(
                        spaces -> assertThat(spaces)
                                .isEqualTo(new Found.Unreadable("...", "is a line of more than 8192 bytes")),
                        image -> assertThat(image.source()).isEqualTo("1.jpg"));
    }

    @Test
    void aListThatIsStillWrittenHoldsNothingBack() throws IOException {
        server.createContext("/1.jpg", exchange -> answer(exchange, 200, "image/jpeg", "from the web"));
        Path file = Files.writeString(folder.resolve("2.jpg"), "a file");
        try (PipedOutputStream writer = new PipedOutputStream();
                ImageSource source =
                        new ListedImages(new PipedInputStream(writer), new WebImages(HERE, CLOCK), Reading.usual())) {
            writer.write((base + "/1.jpg\n" + file + "\n" + folder.resolve("half")).getBytes(UTF_8));
            writer.flush();

            Found first = source.next().orElseThrow();
            Found second = source.next().orElseThrow();
            writer.write(" a line\n".getBytes(UTF_8));
            writer.flush();
            Found third = source.next().orElseThrow();

            assertThat(first.source()).isEqualTo(base + "/1.jpg");
            assertThat(second.source()).isEqualTo("2.jpg");
            assertThat(third.source()).isEqualTo(folder.resolve("half a line").toString());
        }
    }

    @Test
    void classesByFoldersHaveNamesAndNoNumbersSoThatLinesAgree() throws IOException {
        for (String path : List.of("a/cat/1.jpg", "a/dog/2.jpg", "b/dog/3.jpg", "b/eel/4.jpg")) {
            Files.createDirectories(folder.resolve(path).getParent());
            Files.writeString(folder.resolve(path), path);
        }
        byte[] list = (folder.resolve("a") + "\n" + folder.resolve("b")).getBytes(UTF_8);
        try (ImageSource source =
                new ListedImages(new ByteArrayInputStream(list), new WebImages(HERE, CLOCK), Reading.usual())) {
            assertThat(source.notes()).isEmpty();
            assertThat(source.images().toList())
                    .extracting(image -> image.source() + " " + image.className() + " " + image.label())
                    .containsExactly(
                            "a/cat/1.jpg cat OptionalInt.empty",
                            "a/dog/2.jpg dog OptionalInt.empty",
                            "b/dog/3.jpg dog OptionalInt.empty",
                            "b/eel/4.jpg eel OptionalInt.empty");
            assertThat(source.notes()).singleElement().asString().contains("names and no numbers");
        }
    }

    private static List<Found> everything(Manners manners, String list) {
        List<Found> all = new ArrayList<>();
        try (ImageSource source = new ListedImages(
                new ByteArrayInputStream(list.getBytes(UTF_8)), new WebImages(manners, CLOCK), Reading.usual())) {
            for (Optional<Found> found = source.next(); found.isPresent(); found = source.next()) {
                all.add(found.get());
            }
        }
        return all;
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static void await(CountDownLatch latch) {
        await(latch, 10_000);
    }

    private static void await(CountDownLatch latch, long milliseconds) {
        try {
            latch.await(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Ended", end);
        }
    }
}
