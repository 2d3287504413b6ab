package io.streamclr.ingest.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShuffledListTest {

    private static final List<String> LINES =
            IntStream.range(0, 1000).mapToObj(i -> "images/" + i + ".jpg").toList();

    @Test
    void everyLineIsThereOnceInAnOrderThatTheSeedGives() throws IOException {
        assertThat(shuffled(String.join("\n", LINES), 1, 1 << 20))
                .containsExactlyInAnyOrderElementsOf(LINES)
                .isNotEqualTo(LINES)
                .isEqualTo(shuffled(String.join("\n", LINES) + "\n", 1, 1 << 20))
                .isNotEqualTo(shuffled(String.join("\n", LINES), 2, 1 << 20));
    }

    @Test
    void whatDoesNotFitIntoMemoryFollowsAsItIs() throws IOException {
        List<String> shuffled = shuffled(String.join("\n", LINES), 1, 5000);

        assertThat(shuffled).containsExactlyInAnyOrderElementsOf(LINES).isNotEqualTo(LINES);
        assertThat(shuffled.subList(500, 1000)).isEqualTo(LINES.subList(500, 1000));
    }

    @Test
    void shortLinesCountWithWhatItTakesToKnowThem() throws IOException {
        List<String> digits = IntStream.range(0, 200).mapToObj(i -> "" + i % 10).toList();

        // Of 2 bytes and 32 more each: 100 fit, although all would by their text.
        List<String> shuffled = shuffled(String.join("\n", digits), 1, 3_400);

        assertThat(shuffled.subList(0, 100))
                .containsExactlyInAnyOrderElementsOf(digits.subList(0, 100))
                .isNotEqualTo(digits.subList(0, 100));
        assertThat(shuffled.subList(100, 200)).isEqualTo(digits.subList(100, 200));
    }

    @Test
    void aLineThatIsLongerThanMemoryStaysWhole() throws IOException {
        String line = "x".repeat(5000);

        assertThat(shuffled(line + "\na", 1, 1000)).containsExactly(line, "a");
        assertThat(shuffled("", 1, 1000)).isEmpty();
    }

    private static List<String> shuffled(String list, long seed, int mostBytes) throws IOException {
        byte[] bytes = list.getBytes(StandardCharsets.UTF_8);
        return new String(
                        ShuffledList.of(new ByteArrayInputStream(bytes), seed, mostBytes)
                                .readAllBytes(),
                        StandardCharsets.UTF_8)
                .lines()
                .toList();
    }
}
