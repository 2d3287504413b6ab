package io.streamclr.trainer.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTest {

    @ParameterizedTest
    @CsvSource({
        "1, 1, 1",
        "0, 0, 0",
        "-0.5, -0.5, -0.5",
        "0.125, 0.125, 1/8",
        "0.0625, 0.0625, 1/16",
        "0.1, 0.1, 1/10",
        "0.3, 0.3, 0.3",
        "2.5, 2.5, 2.5",
        "1e-8, 0.00000001, 0.00000001",
        "1e-20, 1E-20, 1E-20",
        "1e15, 1E+15, 1E+15",
        "5e4, 50000, 50000"
    })
    void peopleReadThemAsTheyWriteThem(double number, String text, String fraction) {
        assertThat(Numbers.text(number)).isEqualTo(text);
        assertThat(Numbers.fraction(number)).isEqualTo(fraction);
        assertThat(Numbers.parse(text)).isEqualTo(number);
        assertThat(Numbers.parse(fraction)).isEqualTo(number);
    }

    @Test
    void noNumberIsAnotherWhenItIsReadAgain() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 10_000; i++) {
            Double number = Double.longBitsToDouble(random.nextLong());
            assertThat(Double.valueOf(Numbers.parse(Numbers.text(number)))).isEqualTo(number);
        }
        for (int i = 0; i < 10_000; i++) {
            double part = random.nextDouble();
            assertThat(Numbers.parse(Numbers.fraction(part))).isEqualTo(part);
        }
    }

    @Test
    void whatIsNoNumberIsNone() {
        assertThat(Numbers.parse("3/4")).isEqualTo(0.75);
        assertThat(Numbers.parse("1/0")).isInfinite();
        for (String text : new String[] {"", "1/", "/8", "1/2/3", "-1/8", "wide", "1/99999999999"}) {
            assertThatThrownBy(() -> Numbers.parse(text)).as(text).isInstanceOf(NumberFormatException.class);
        }
    }
}
