package io.streamclr.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorchConstantsTest {

    @Test
    void functionsKeepTheirNames() {
        String text = "torch.bool(x) torch.float(x) torch.floor(x) torch.int64s self.torch.uint8_t";

        assertThat(TorchConstants.inNumbers(text)).isEqualTo(text);
        assertThat(TorchConstants.inNumbers("torch.to(x, torch.float32), dtype=torch.bool)"))
                .isEqualTo("torch.to(x, 6), dtype=11)");
    }

    /** The engine says what a number is by what a tensor of that type does. */
    @ParameterizedTest
    @CsvSource({
        "uint8, 510, 254",
        "int64, 9007199254740993, 9007199254740993",
        "bool, 7, 1",
        "float16, 2051, 2052",
        "bfloat16, 2051, 2048",
        "float32, 16777219, 16777220",
        "float64, 9007199254740993, 9007199254740992"
    })
    void eachNumberIsTheTypeOfThatName(String type, long asked, long kept) {
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Script script = torch.compile("""
                          def through(self, x: Tensor) -> Tensor:
                            return torch.to(torch.to(x, torch.TYPE), torch.int64)
                        """.replace("TYPE", type))) {
            Tensor through = script.one(scope, "through", scope.longs(new long[] {asked}));

            assertThat(through.longs()).containsExactly(kept);
        }
    }
}
