package io.streamclr.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** What a page sends to whoever looks at it. */
final class PageEvents {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private PageEvents() {}

    /** A section of a page as it is sent, once it is as wanted. */
    static JsonNode section(URI page, String name, Predicate<JsonNode> wanted)
            throws IOException, InterruptedException {
        return read(page, sections -> sections.containsKey(name) && wanted.test(sections.get(name)))
                .get(name);
    }

    /** All sections that a page has; its curves come after them. */
    static Map<String, JsonNode> sections(URI page) throws IOException, InterruptedException {
        return read(page, sections -> sections.containsKey("curves"));
    }

    private static Map<String, JsonNode> read(URI page, Predicate<Map<String, JsonNode>> enough)
            throws IOException, InterruptedException {
        Map<String, JsonNode> sections = new HashMap<>();
        HttpRequest events = HttpRequest.newBuilder(page.resolve("/events")).build();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                HTTP.send(events, BodyHandlers.ofInputStream()).body(), StandardCharsets.UTF_8))) {
            while (!enough.test(sections)) {
                String line = lines.readLine();
                if (line.startsWith("event: ")) {
                    sections.put(
                            line.substring("event: ".length()),
                            JSON.readTree(lines.readLine().substring("data: ".length())));
                }
            }
        }
        return sections;
    }
}
