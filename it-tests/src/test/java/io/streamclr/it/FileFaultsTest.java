package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Why a file cannot be used is said by {@code FileFault} in every sentence: an exception's own words are its name, or the path
 * alone. The sources are read, because a compiler leaves no trace of what a text is put together from.
 */
class FileFaultsTest {

    private static final Pattern CAUGHT = Pattern.compile(
            "catch \\(([^)]*(?:IO|File|FileSystem|AccessDenied|EOF|Zip)Exception[^)]*?)\\s(\\w+)\\) \\{");
    private static final Pattern TAKEN = Pattern.compile("\\((?:[^()]*, )?(?:Unchecked)?IOException (\\w+)\\) \\{");

    /** What passes a failure on between two processes of ours, and the class itself. */
    private static final Set<String> EXCEPT = Set.of("Serving.java", "FileFault.java");

    @Test
    void noSentenceIsMadeOfWhatAFailureOfFilesSaysOfItself() throws IOException {
        List<String> own = new ArrayList<>();
        int read = 0;
        for (Path source : sources()) {
            String text = Files.readString(source);
            read += find(own, source, text, CAUGHT, 2);
            find(own, source, text, TAKEN, 1);
        }

        assertThat(own).isEmpty();
        assertThat(read).isGreaterThan(100);
    }

    private static int find(List<String> own, Path source, String text, Pattern begin, int group) {
        int found = 0;
        Matcher matcher = begin.matcher(text);
        while (matcher.find()) {
            found++;
            String name = Pattern.quote(matcher.group(group));
            String block = text.substring(matcher.end(), end(text, matcher.end()));
            if (Pattern.compile("\\b" + name + "\\.(?:getMessage|toString)\\(|\\+ " + name + "\\b(?!\\.)|valueOf\\("
                            + name + "\\)")
                    .matcher(block)
                    .find()) {
                own.add(source + ", " + matcher.group());
            }
        }
        return found;
    }

    /** Of the block that is open. */
    private static int end(String text, int from) {
        int open = 1;
        int at = from;
        while (open > 0) {
            open += text.charAt(at) == '{' ? 1 : text.charAt(at) == '}' ? -1 : 0;
            at++;
        }
        return at;
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> all = Files.find(
                DeploymentFiles.REPOSITORY,
                30,
                (path, kind) -> path.toString().contains("/src/main/java/")
                        && path.toString().endsWith(".java")
                        && !EXCEPT.contains(path.getFileName().toString()))) {
            return all.sorted().toList();
        }
    }
}
