package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documents lead somewhere with each of their links, and the site that is made of them has them all. */
class DocumentsTest {

    private static final Path TOP = DeploymentFiles.REPOSITORY;

    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|`[^`\\n]*`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)|(?:src|href)=\"([^\"]+)\"");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkLeadsSomewhere(Path page) throws Exception {
        List<String> lost = new ArrayList<>();
        for (String link : found(LINK, CODE.matcher(Files.readString(page)).replaceAll("``"))) {
            if (link.matches("[a-z]+:.*")) {
                continue;
            }
            int hash = link.indexOf('#');
            String path = hash < 0 ? link : link.substring(0, hash);
            Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
            if (!Files.exists(file) || (hash >= 0 && !places(file).contains(link.substring(hash + 1)))) {
                lost.add(link);
            }
        }

        assertThat(lost).isEmpty();
    }

    @Test
    void theSiteHasEveryPage() throws Exception {
        String sidebar = Files.readString(TOP.resolve("docs/site/.vitepress/config.js"));

        assertThat(pages().map(page -> TOP.relativize(page).toString().replace(".md", "")))
                .filteredOn(page -> !page.equals("README"))
                .isNotEmpty()
                .allSatisfy(page -> assertThat(sidebar).contains(", '" + page + "')"));
    }

    private static Stream<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path folder : List.of(TOP, TOP.resolve("docs"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
            }
        }
        return pages.stream();
    }

    /** The headings of a page, as forges name them in addresses. */
    private static Set<String> places(Path page) throws IOException {
        String text = Files.readString(page).replaceAll("(?ms)^```.*?^```", "");
        return found(HEADING, text).stream()
                .map(heading -> heading.strip()
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^\\p{L}\\p{M}\\p{N}_\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().map(DocumentsTest::group).toList();
    }

    private static String group(MatchResult found) {
        return found.groupCount() > 1 && found.group(1) == null ? found.group(2) : found.group(1);
    }
}
