package io.streamclr.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.model.NetworkPlan.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Arrays;
import java.util.Locale;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphicsCardTest {

    @TempDir
    private Path driver;

    private void card(String bus, String model) throws IOException {
        Path folder = Files.createDirectory(driver.resolve(bus));
        Files.writeString(
                folder.resolve("information"),
                "Model: \t\t " + model + "\nIRQ:   \t\t 18\nBus Location: \t " + bus + "\n");
    }

    @Test
    void theDriverSaysWhichCardsThereAre() throws IOException {
        card("0000:17:00.0", "NVIDIA H100 80GB HBM3");
        card("0000:65:00.0", "NVIDIA H100 80GB HBM3");

        assertThat(GraphicsCard.of(driver)).contains(GraphicsCard.H100_SXM);
    }

    @Test
    void cardsThatDifferAreNotTakenForEachOther() throws IOException {
        card("0000:17:00.0", "NVIDIA L4");
        card("0000:65:00.0", "Tesla T4");

        assertThat(GraphicsCard.of(driver)).isEmpty();
    }

    @Test
    void withoutADriverOrWithACardThatIsNotInTheTableNothingIsSaid() throws IOException {
        assertThat(GraphicsCard.of(driver)).isEmpty();
        assertThat(GraphicsCard.of(driver.resolve("none"))).isEmpty();

        card("0000:17:00.0", "NVIDIA GeForce RTX 4090");

        assertThat(GraphicsCard.of(driver)).isEmpty();
    }

    @Test
    void arithmeticHangsOnTheKindOfNumbers() {
        assertThat(GraphicsCard.A100_80GB_SXM.arithmetic(Precision.FLOAT32, false))
                .hasValue(19.5e12);
        assertThat(GraphicsCard.A100_80GB_SXM.arithmetic(Precision.FLOAT32, true))
                .hasValue(156e12);
        assertThat(GraphicsCard.A100_80GB_SXM.arithmetic(Precision.BFLOAT16, false))
                .hasValue(312e12);
        assertThat(GraphicsCard.A100_80GB_SXM.bandwidth()).isEqualTo(2.039e12);
    }

    @Test
    void aCardWithoutAKindOfNumbersIsNotGivenOne() {
        assertThat(GraphicsCard.T4.arithmetic(Precision.FLOAT32, true)).hasValue(8.1e12);
        assertThat(GraphicsCard.T4.arithmetic(Precision.FLOAT16, false)).hasValue(65e12);
        assertThat(GraphicsCard.T4.arithmetic(Precision.BFLOAT16, false)).isEmpty();
    }

    @Test
    void theDocumentHasTheTable() throws IOException {
        Path documents = Path.of("").toAbsolutePath().getParent().resolve("docs");

        assertThat(Files.readAllLines(documents.resolve("performance.md")))
                .containsSequence(Arrays.stream(GraphicsCard.values())
                        .map(GraphicsCardTest::row)
                        .toList());
    }

    private static String row(GraphicsCard card) {
        return String.format(
                        Locale.ROOT,
                        "| `%s` | %,.0f | %s | %s | %s | %s |",
                        card,
                        card.bandwidth() / 1e9,
                        number(card.arithmetic(Precision.FLOAT32, false)),
                        card == GraphicsCard.T4 ? "" : number(card.arithmetic(Precision.FLOAT32, true)),
                        number(card.arithmetic(Precision.BFLOAT16, false)),
                        number(card.arithmetic(Precision.FLOAT16, false)))
                .replace("  ", " ");
    }

    private static String number(OptionalDouble operations) {
        return operations.isPresent()
                ? new DecimalFormat("#.#", DecimalFormatSymbols.getInstance(Locale.ROOT))
                        .format(operations.getAsDouble() / 1e12)
                : "";
    }
}
