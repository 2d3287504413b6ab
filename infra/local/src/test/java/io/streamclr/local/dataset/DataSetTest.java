package io.streamclr.local.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.streamclr.schemas.RefusalException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetTest {

    private static final FetchListener NOBODY = (from, bytes) -> {};
    private static final String SHOES = "shoes".repeat(1000);
    private static final String SHIRTS = "shirts".repeat(1000);

    @TempDir
    Path home;

    private final Map<String, byte[]> served = new ConcurrentHashMap<>();
    private HttpServer server;
    private Path folder;
    private List<Part> parts;

    @BeforeEach
    void serveTwoFiles() throws Exception {
        folder = home.resolve("clothes");
        parts = List.of(
                Part.gzip("shoes.gz", SHOES.length(), sha256(SHOES)),
                Part.gzip("shirts.gz", SHIRTS.length(), sha256(SHIRTS)));
        served.put("/data/shoes.gz", zipped(SHOES));
        served.put("/data/shirts.gz", zipped(SHIRTS));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = served.get(exchange.getRequestURI().getPath());
            exchange.sendResponseHeaders(body == null ? 404 : 200, body == null ? -1 : body.length);
            if (body != null) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void filesComeFromTheFirstWayThatLeadsThereAndNothingElseIsLeft() throws IOException {
        Path found = fetch(new InstalledFolder(home.resolve("not-there")), download());

        assertThat(found).isEqualTo(folder);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactlyInAnyOrder(folder.resolve("shoes.gz"), folder.resolve("shirts.gz"));
        }
        assertThat(folder.resolve("shoes.gz")).hasBinaryContent(served.get("/data/shoes.gz"));
    }

    @Test
    void whatIsThereIsNotFetchedAgain() {
        fetch(download());

        Path found = fetch((target, wanted, listener) -> {
            throw new IOException("nobody should ask");
        });

        assertThat(found).isEqualTo(folder);
    }

    @Test
    void aFileThatWasDamagedIsFetchedAgain() throws IOException {
        fetch(download());
        Files.writeString(folder.resolve("shoes.gz"), "rust");

        fetch(download());

        assertThat(folder.resolve("shoes.gz")).hasBinaryContent(served.get("/data/shoes.gz"));
    }

    @Test
    void contentWithAnotherDigestIsNeverMovedIntoPlace() {
        served.put("/data/shirts.gz", zipped("skirts".repeat(1000)));

        assertThatThrownBy(() -> fetch(download()))
                .isInstanceOf(RefusalException.class)
                .hasMessage("Clothes cannot be fetched (127.0.0.1: shirts.gz has a content of 6000 bytes with another"
                        + " SHA-256 than it should); put its files shoes.gz, shirts.gz into " + folder
                        + " by hand, or use images of your own with --data DIR");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aBombIsNotUnpackedToItsEnd() {
        served.put("/data/shoes.gz", zipped("x".repeat(10_000_000)));

        assertThatThrownBy(() -> fetch(download()))
                .hasMessageContaining("127.0.0.1: shoes.gz holds more than the 5000 bytes that it should");
    }

    @Test
    void everyWaysTroubleIsNamed() {
        served.clear();

        assertThatThrownBy(() -> fetch(
                        new InstalledFolder(home.resolve("not-there")),
                        download(),
                        new Download(URI.create("http://127.0.0.1:1/"))))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith(
                        "Clothes cannot be fetched (" + home.resolve("not-there")
                                + ": not installed; 127.0.0.1: answers with status 404; 127.0.0.1: not reachable from here); put");
    }

    @Test
    void anInstalledFolderIsCopied() throws IOException {
        Path installed = Files.createDirectories(home.resolve("installed"));
        Files.write(installed.resolve("shoes.gz"), zipped(SHOES));
        Files.write(installed.resolve("shirts.gz"), zipped(SHIRTS));

        fetch(new InstalledFolder(installed));

        assertThat(folder.resolve("shirts.gz")).hasSameBinaryContentAs(installed.resolve("shirts.gz"));
    }

    @Test
    void filesComeOutOfAnArchiveAndNothingElseOfItIsStored() throws Exception {
        parts = List.of(
                Part.plain("train/shoes.bin", SHOES.length(), sha256(SHOES)),
                Part.plain("test/shirts.bin", SHIRTS.length(), sha256(SHIRTS)));
        served.put("/all.tar.gz", packed("box/shoes.bin", SHOES, "box/../../evil", "evil", "box/shirts.bin", SHIRTS));

        fetch(archive());

        assertThat(folder.resolve("train/shoes.bin")).hasContent(SHOES);
        assertThat(folder.resolve("test/shirts.bin")).hasContent(SHIRTS);
        try (Stream<Path> files = Files.walk(home)) {
            assertThat(files.filter(Files::isRegularFile)).hasSize(2);
        }
    }

    @Test
    void anArchiveThatLacksAFileOrIsNoneIsNamed() throws Exception {
        parts = List.of(Part.plain("train/shoes.bin", SHOES.length(), sha256(SHOES)));
        served.put("/all.tar.gz", packed("box/hats.bin", SHIRTS));
        assertThatThrownBy(() -> fetch(archive())).hasMessageContaining("(127.0.0.1: train/shoes.bin is missing)");

        served.put("/all.tar.gz", "<html>".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> fetch(archive())).hasMessageContaining("(127.0.0.1: sends no whole gzip file)");

        byte[] whole = packed("box/shoes.bin", SHOES);
        served.put("/all.tar.gz", Arrays.copyOf(whole, whole.length / 2));
        assertThatThrownBy(() -> fetch(archive())).hasMessageContaining("127.0.0.1: ");
        assertThat(folder).isEmptyDirectory();
    }

    private Way archive() {
        return new PackedDownload(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/all.tar.gz"),
                part -> "box/" + Path.of(part.file()).getFileName());
    }

    private static byte[] packed(String... namesAndContents) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            for (int i = 0; i < namesAndContents.length; i += 2) {
                byte[] content = namesAndContents[i + 1].getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry(namesAndContents[i]);
                entry.setSize(content.length);
                tar.putArchiveEntry(entry);
                tar.write(content);
                tar.closeArchiveEntry();
            }
        }
        return bytes.toByteArray();
    }

    private Path fetch(Way... ways) {
        return new DataSet("Clothes", parts, List.of(ways)).fetch(folder, NOBODY);
    }

    private Way download() {
        return new Download(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/data/"));
    }

    private static byte[] zipped(String content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException inMemory) {
            throw new IllegalStateException(inMemory);
        }
        return bytes.toByteArray();
    }

    private static String sha256(String content) throws Exception {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8)));
    }
}
