package io.streamclr.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * As much of an S3 server as a file system provider asks for: objects that are put, got in parts, copied, deleted and
 * listed. It holds one bucket in memory and believes every signature. While it is open, the provider in this JVM knows what
 * a user says in the environment.
 */
final class TinyS3 implements AutoCloseable {

    private static final String BUCKET = "/bucket";
    private static final Map<String, String> PROVIDER = Map.of(
            "aws.accessKeyId", "key",
            "aws.secretAccessKey", "secret",
            "aws.region", "us-east-1",
            "s3.spi.endpoint-protocol", "http");

    private static final Pattern KEY = Pattern.compile("<Key>([^<]+)</Key>");
    private static final String DATED = "Wed, 21 Oct 2015 07:28:00 GMT";

    private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;

    TinyS3() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(BUCKET, this::answer);
        server.start();
        PROVIDER.forEach(System::setProperty);
    }

    /** The URI of a folder in the bucket. */
    String uri(String folder) {
        return "s3x://127.0.0.1:" + server.getAddress().getPort() + BUCKET + "/" + folder + "/";
    }

    /** The keys of all objects that begin so, in order. */
    List<String> keys(String prefix) {
        return objects.keySet().stream().filter(key -> key.startsWith(prefix)).toList();
    }

    void put(String key, byte[] content) {
        objects.put(key, content);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String key = path.length() > BUCKET.length() ? path.substring(BUCKET.length() + 1) : "";
            Map<String, String> query = query(exchange);
            switch (exchange.getRequestMethod()) {
                case "HEAD", "GET" -> {
                    if (key.isEmpty()) {
                        list(exchange, query);
                    } else {
                        get(exchange, objects.get(key));
                    }
                }
                case "PUT" -> {
                    String copied = exchange.getRequestHeaders().getFirst("x-amz-copy-source");
                    if (copied == null) {
                        objects.put(key, body(exchange));
                        reply(exchange, 200, "");
                    } else {
                        String from = URLDecoder.decode(copied, UTF_8).replaceFirst("^/?bucket/", "");
                        objects.put(key, objects.get(from));
                        reply(exchange, 200, "<CopyObjectResult><ETag>\"x\"</ETag></CopyObjectResult>");
                    }
                }
                case "POST" -> { // of several at once
                    Matcher listed = KEY.matcher(new String(body(exchange), UTF_8));
                    while (listed.find()) {
                        objects.remove(listed.group(1));
                    }
                    reply(exchange, 200, "<DeleteResult></DeleteResult>");
                }
                case "DELETE" -> {
                    objects.remove(key);
                    reply(exchange, 204, "");
                }
                default -> reply(exchange, 501, "");
            }
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new HashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
            int equals = pair.indexOf('=');
            query.put(
                    equals < 0 ? pair : pair.substring(0, equals),
                    equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), UTF_8));
        }
        return query;
    }

    /** A page of at most two, so that whoever lists must ask for more. */
    private void list(HttpExchange exchange, Map<String, String> query) throws IOException {
        String prefix = query.getOrDefault("prefix", "");
        String delimiter = query.getOrDefault("delimiter", "");
        TreeMap<String, Integer> found = new TreeMap<>();
        TreeSet<String> folders = new TreeSet<>();
        String after = query.get("continuation-token");
        objects.tailMap(after == null ? prefix : after, after == null).forEach((key, content) -> {
            int cut = delimiter.isEmpty() || !key.startsWith(prefix) ? -1 : key.indexOf(delimiter, prefix.length());
            if (cut >= 0) {
                folders.add(key.substring(0, cut + 1));
            } else if (key.startsWith(prefix)) {
                found.put(key, content.length);
            }
        });
        boolean more = found.size() > 2;
        String last = "";
        StringBuilder xml = new StringBuilder("<ListBucketResult><Name>bucket</Name><Prefix>" + prefix + "</Prefix>");
        for (Map.Entry<String, Integer> object :
                found.entrySet().stream().limit(2).toList()) {
            xml.append("<Contents><Key>")
                    .append(object.getKey())
                    .append("</Key><Size>")
                    .append(object.getValue());
            xml.append("</Size><LastModified>2015-10-21T07:28:00Z</LastModified><ETag>\"x\"</ETag></Contents>");
            last = object.getKey();
        }
        if (!query.containsKey("continuation-token")) {
            folders.forEach(folder ->
                    xml.append("<CommonPrefixes><Prefix>").append(folder).append("</Prefix></CommonPrefixes>"));
        }
        xml.append("<KeyCount>")
                .append(Math.min(2, found.size()) + folders.size())
                .append("</KeyCount><IsTruncated>");
        xml.append(more).append("</IsTruncated>");
        if (more) {
            xml.append("<NextContinuationToken>").append(last).append("</NextContinuationToken>");
        }
        reply(exchange, 200, xml + "</ListBucketResult>");
    }

    private static void get(HttpExchange exchange, byte[] content) throws IOException {
        if (content == null) {
            reply(exchange, 404, "<Error><Code>NoSuchKey</Code></Error>");
            return;
        }
        exchange.getResponseHeaders().add("Last-Modified", DATED);
        exchange.getResponseHeaders().add("ETag", "\"x\"");
        exchange.getResponseHeaders().add("Accept-Ranges", "bytes");
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().add("Content-Length", Integer.toString(content.length));
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
            exchange.getResponseBody().write(content);
            return;
        }
        String[] ends = range.substring("bytes=".length()).split("-", -1);
        int from = Integer.parseInt(ends[0]);
        if (from >= content.length) {
            reply(exchange, 416, "<Error><Code>InvalidRange</Code></Error>");
            return;
        }
        int to = ends[1].isEmpty() ? content.length : (int) Math.min(content.length, Long.parseLong(ends[1]) + 1);
        exchange.getResponseHeaders().add("Content-Range", "bytes " + from + "-" + (to - 1) + "/" + content.length);
        exchange.sendResponseHeaders(206, to - from);
        exchange.getResponseBody().write(content, from, to - from);
    }

    /** Takes away the frames that clients put around the parts of a body. */
    private static byte[] body(HttpExchange exchange) throws IOException {
        InputStream in = exchange.getRequestBody();
        String sum = exchange.getRequestHeaders().getFirst("x-amz-content-sha256");
        if (sum == null || !sum.toUpperCase(Locale.ROOT).startsWith("STREAMING")) {
            return in.readAllBytes();
        }
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(line(in).split(";", -1)[0], 16);
            if (size == 0) {
                in.readAllBytes();
                return content.toByteArray();
            }
            content.writeBytes(in.readNBytes(size));
            line(in);
        }
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int value = in.read(); value >= 0 && value != '\n'; value = in.read()) {
            line.append((char) value);
        }
        return line.toString().strip();
    }

    private static void reply(HttpExchange exchange, int status, String xml) throws IOException {
        byte[] body = xml.getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/xml");
        exchange.getResponseHeaders().add("ETag", "\"x\"");
        boolean none = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, none ? -1 : body.length);
        exchange.getResponseBody().write(none ? Arrays.copyOf(body, 0) : body);
    }

    @Override
    public void close() {
        PROVIDER.keySet().forEach(System::clearProperty);
        server.stop(0);
        threads.shutdownNow();
    }
}
