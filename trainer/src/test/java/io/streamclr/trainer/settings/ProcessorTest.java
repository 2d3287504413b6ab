package io.streamclr.trainer.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.model.NetworkPlan.Precision;
import org.junit.jupiter.api.Test;

class ProcessorTest {

    @Test
    void bfloat16IsFasterWhereEveryProcessorHasInstructionsForIt() {
        String both = "processor\t: 0\nflags\t\t: fpu avx512_bf16 sse\n\nprocessor\t: 1\nflags\t\t: fpu avx512_bf16\n";
        String one = "processor\t: 0\nflags\t\t: fpu avx512_bf16 sse\n\nprocessor\t: 1\nflags\t\t: fpu sse\n";

        assertThat(Processor.fasterPrecision(both, () -> true)).isEqualTo(Precision.BFLOAT16);
        assertThat(Processor.fasterPrecision(one, () -> true)).isEqualTo(Precision.FLOAT32);
    }

    @Test
    void aProcessorThatComputesWrongNumbersByTheseInstructionsComputesIn32Bits() {
        assertThat(Processor.fasterPrecision("flags : avx512_bf16\n", () -> false))
                .isEqualTo(Precision.FLOAT32);
    }

    @Test
    void anUnknownProcessorComputesIn32Bits() {
        assertThat(Processor.fasterPrecision("", () -> true)).isEqualTo(Precision.FLOAT32);
        assertThat(Processor.fasterPrecision("flags : notavx512_bf16\n", () -> true))
                .isEqualTo(Precision.FLOAT32);
    }
}
