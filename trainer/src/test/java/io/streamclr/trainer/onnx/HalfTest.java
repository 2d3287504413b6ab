package io.streamclr.trainer.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfTest {

    @Test
    void everyFloatOf16BitsIsItsOwnNearest() {
        for (int bits = 0; bits < 0x7c00; bits++) {
            int exponent = bits >> 10;
            float value = exponent == 0 ? bits * 0x1p-24f : (1024 + (bits & 1023)) * Math.scalb(1f, exponent - 25);
            assertThat(Half.of(value)).isEqualTo((short) bits);
            assertThat(Half.of(-value)).isEqualTo((short) (bits | 0x8000));
            float next = exponent == 0 ? 0x1p-24f : Math.scalb(1f, exponent - 25);
            assertThat(Half.of(value + next / 4)).isEqualTo((short) bits);
            if (bits < 0x7bff) {
                assertThat(Half.of(value + next / 2)).as("half way, to even").isEqualTo((short) (bits + (bits & 1)));
            }
        }
    }
}
