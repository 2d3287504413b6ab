package io.streamclr.console.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.streamclr.schemas.RefusalException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

@Timeout(60)
class PageServerTest {

    private static final String TOKEN = "0123456789abcdef";

    private final Board board = new Board();
    private final History history = new History();
    private final HttpClient browser = HttpClient.newHttpClient();

    private PageServer open(PageAddress address) {
        return new PageServer(address, board, history, new PageServer.Answers() {
            @Override
            public byte[] png(NewestPairs.Place place, NewestPairs.Part part) {
                return (place + " " + part).getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public String lineage(NewestPairs.Place place) {
                throw new RefusalException("Nothing is at " + place.partition() + ":" + place.offset());
            }

            @Override
            public byte[] galleryPicture() {
                return new byte[] {1};
            }

            @Override
            public byte[] streamPicture(Thumbnails.Place place) {
                throw new RefusalException("Nothing of the stream is at " + place.partition() + ":" + place.offset());
            }

            @Override
            public RunsBeside runs() {
                throw new RefusalException("There is no such run beside this one");
            }
        });
    }

    private HttpResponse<String> get(PageServer server, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.uri().resolve(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return browser.send(request.build(), BodyHandlers.ofString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/page.js",
                "/curves.js",
                "/charts.js",
                "/elements.js",
                "/gallery.js",
                "/stream.js",
                "/runs.js",
                "/page.css",
                "/icon.svg",
                "/uplot.js",
                "/uplot.css"
            })
    void everyPartOfThePageComesFromHereAndForbidsTheRest(String path) throws Exception {
        try (PageServer server = open(PageAddress.here())) {
            HttpResponse<String> answer = get(server, path);

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                    .startsWith("default-src 'none'; script-src 'self';");
            if (!path.startsWith("/uplot")) {
                assertThat(answer.body().replace("http://www.w3.org/2000/svg", ""))
                        .doesNotContain("http://", "https://", "//cdn");
            }
        }
    }

    @Test
    void aViewerIsToldWhatIsThereAndThenWhatChanges() throws Exception {
        board.put("now", JsonNodeFactory.instance.objectNode().put("step", 1));
        history.add("step/loss", 1, 4.5);
        try (PageServer server = open(PageAddress.here());
                BufferedReader lines = events(server)) {

            List<String> first = List.of(event(lines), event(lines));
            history.add("step/loss", 2, 4.25);
            board.put("now", JsonNodeFactory.instance.objectNode().put("step", 2));
            List<String> second = List.of(event(lines), event(lines));

            assertThat(first).containsExactly("now {\"step\":1}", "curves {\"step/loss\":[[1.0],[4.5]]}");
            assertThat(second).containsExactlyInAnyOrder("now {\"step\":2}", "points {\"step/loss\":[[2.0],[4.25]]}");
        }
    }

    @Test
    void aViewerOfAnEarlierProcessLosesItsCurvesEvenIfThereAreNoneYet() throws Exception {
        try (PageServer server = open(PageAddress.here());
                BufferedReader lines = events(server)) {
            assertThat(event(lines)).isEqualTo("curves {}");
        }
    }

    private BufferedReader events(PageServer server) throws Exception {
        InputStream events = browser.send(
                        HttpRequest.newBuilder(server.uri().resolve("/events")).build(), BodyHandlers.ofInputStream())
                .body();
        return new BufferedReader(new InputStreamReader(events, StandardCharsets.UTF_8));
    }

    private static String event(BufferedReader lines) throws IOException {
        String name = lines.readLine();
        while (!name.startsWith("event: ")) {
            name = lines.readLine();
        }
        return name.substring("event: ".length()) + " " + lines.readLine().substring("data: ".length());
    }

    @Test
    void aPairThatIsNotThereIsSaidInASentence() throws Exception {
        try (PageServer server = open(PageAddress.here())) {
            assertThat(get(server, "/pairs/1/20/second.png").body()).isEqualTo("Place[partition=1, offset=20] SECOND");
            assertThat(get(server, "/pairs/1/20").body()).isEqualTo("Nothing is at 1:20");
            assertThat(get(server, "/pairs/1/20").statusCode()).isEqualTo(404);
            assertThat(get(server, "/pairs/1/99999999999999999999").statusCode())
                    .isEqualTo(404);
            assertThat(get(server, "/pairs/1/20/third.png").statusCode()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8040", "127.0.0.1.evil.example", "127.0.0.2"})
    void aForeignNameOfThisMachineIsRefused(String host) throws Exception {
        try (PageServer server = open(PageAddress.here())) {
            assertThat(askedAs(host, server))
                    .startsWith("HTTP/1.1 421")
                    .endsWith("This page is shown as localhost alone.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:9000", "127.0.0.1:1", "[::1]:9000", "LOCALHOST"})
    void atTheEndOfATunnelThePortIsAnother(String host) throws Exception {
        try (PageServer server = open(PageAddress.here())) {
            assertThat(askedAs(host, server)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void everyAddressOfThisMachineAloneIsAnsweredAt() throws Exception {
        try (PageServer server = open(new PageAddress("127.0.0.2", 0, ""))) {
            assertThat(get(server, "/").statusCode()).isEqualTo(200);
        }
    }

    private static String askedAs(String host, PageServer server) throws IOException {
        try (Socket socket = new Socket(PageAddress.LOOPBACK, server.uri().getPort())) {
            socket.getOutputStream()
                    .write(("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void withATokenNobodyElseSeesAnything() throws Exception {
        try (PageServer server = open(new PageAddress("0.0.0.0", 0, TOKEN))) {
            URI here = URI.create("http://127.0.0.1:" + server.uri().getPort() + "/");

            assertThat(status(here, "/")).isEqualTo(401);
            assertThat(status(here, "/events")).isEqualTo(401);
            assertThat(status(here, "/gallery.png")).isEqualTo(401);
            assertThat(status(here, "/?token=" + TOKEN.replace('f', 'e'))).isEqualTo(401);
            assertThat(status(here, "/gallery.png", "Cookie", "streamclr_page=wrong"))
                    .isEqualTo(401);

            HttpResponse<String> admitted = browser.send(
                    HttpRequest.newBuilder(here.resolve("/?token=" + TOKEN)).build(), BodyHandlers.ofString());

            assertThat(admitted.statusCode()).isEqualTo(302);
            assertThat(admitted.headers().firstValue("Set-Cookie").orElseThrow())
                    .startsWith("streamclr_page=" + TOKEN)
                    .contains("HttpOnly", "SameSite=Strict");
            assertThat(status(here, "/gallery.png", "Cookie", "streamclr_page=" + TOKEN))
                    .isEqualTo(200);
        }
    }

    private int status(URI here, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(here.resolve(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return browser.send(request.build(), BodyHandlers.ofString()).statusCode();
    }

    @Test
    void aPortThatIsTakenIsRefusedInASentence() {
        try (PageServer first = open(PageAddress.here())) {
            int port = first.uri().getPort();

            assertThatThrownBy(() -> open(new PageAddress(PageAddress.LOOPBACK, port, "")))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage("The page cannot be shown at 127.0.0.1:" + port + ", because the port is taken or not"
                            + " allowed; give another port, or 0 for a free one");
        }
    }

    @Test
    void otherMachinesNeedAToken(@TempDir Path folder) throws Exception {
        Path weak = Files.writeString(folder.resolve("weak"), "secret");
        Path good = Files.writeString(folder.resolve("good"), TOKEN + "\n");

        assertThatThrownBy(() -> asked("--page-port", "0", "--page-host", "0.0.0.0"))
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "--page-host 0.0.0.0 shows the page to other machines, and so the images; name a file with a"
                                + " token that viewers must bring, with --page-token-file");
        assertThatThrownBy(() -> asked("--page-port", "0", "--page-token-file", weak.toString()))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("The file " + weak + " holds no token of 16 to 1024 letters");
        assertThat(asked("--page-port", "0", "--page-host", "0.0.0.0", "--page-token-file", good.toString()))
                .isEqualTo(new PageAddress("0.0.0.0", 0, TOKEN));
    }

    @Test
    void aTokenIsNeverWrittenOut() {
        assertThat(new PageAddress("127.0.0.1", 1, TOKEN).toString()).doesNotContain(TOKEN);
    }

    @Command
    private static final class Line {}

    private static PageAddress asked(String... arguments) {
        PageOptions options = new PageOptions();
        new CommandLine(new Line()).addMixin("page", options).parseArgs(arguments);
        return options.address().orElseThrow();
    }
}
