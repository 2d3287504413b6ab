package io.streamclr.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HalfFloatTest {

    @Test
    void whatNoFloatOf16BitsIsNearToIsRefused() {
        assertThat(HalfFloat.of(65_519f)).isEqualTo((short) 0x7bff);
        for (float beyond : new float[] {65_520f, -1e9f, Float.POSITIVE_INFINITY, Float.NaN}) {
            assertThat(HalfFloat.reaches(beyond)).isFalse();
            assertThatThrownBy(() -> HalfFloat.of(beyond))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("65,504");
        }
    }

    @Test
    void everyFloatOf16BitsIsItsOwnNearest() {
        for (int bits = 0; bits < 0x7c00; bits++) {
            int exponent = bits >> 10;
            float value = exponent == 0 ? bits * 0x1p-24f : (1024 + (bits & 1023)) * Math.scalb(1f, exponent - 25);
            assertThat(HalfFloat.of(value)).isEqualTo((short) bits);
            assertThat(HalfFloat.of(-value)).isEqualTo((short) (bits | 0x8000));
            assertThat(HalfFloat.toFloat((short) bits)).isEqualTo(value);
            assertThat(HalfFloat.toFloat((short) (bits | 0x8000))).isEqualTo(-value);
            float next = exponent == 0 ? 0x1p-24f : Math.scalb(1f, exponent - 25);
            assertThat(HalfFloat.of(value + next / 4)).isEqualTo((short) bits);
            if (bits < 0x7bff) {
                assertThat(HalfFloat.of(value + next / 2))
                        .as("half way, to even")
                        .isEqualTo((short) (bits + (bits & 1)));
            }
        }
    }
}
