package io.streamclr.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import io.streamclr.schemas.RefusalException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The switches by which a card computes the same numbers each time, in the library for processors, which has them too. Not
 * measured on a card.
 */
class CardArithmeticTest {

    private final Torch torch = Torch.open(1);
    private final CardArithmetic before = NativeSwitches.ofTorch().cards();

    @AfterEach
    void putBack() {
        NativeSwitches.ofTorch().cards(before);
        torch.close();
    }

    @Test
    void theLibraryBeginsWithoutPromises() {
        assertThat(before.deterministic()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsSetIsWhatTheLibrarySays(boolean tf32) {
        NativeSwitches.ofTorch().cards(new CardArithmetic(false, true, !tf32));
        assertThat(NativeSwitches.ofTorch().cards()).isEqualTo(new CardArithmetic(false, true, !tf32));

        Torch.compute(CardArithmetic.repeatable(tf32), Map.of());

        assertThat(NativeSwitches.ofTorch().cards()).isEqualTo(new CardArithmetic(true, false, tf32));
    }

    @Test
    void anOperatorThatIsNotRepeatableIsRefusedByItsName() {
        Script script =
                torch.compile("  def f(self, x: Tensor, i: Tensor) -> Tensor:\n    return torch.put(x, i, x)\n");
        try (Scope scope = torch.scope()) {
            Tensor x = scope.floats(new float[] {1, 2}, 2);
            Tensor places = scope.longs(new int[] {1, 0}, 2);
            assertThat(script.one(scope, "f", x, places).floats()).containsExactly(2, 1);

            Torch.compute(CardArithmetic.repeatable(false), Map.of());

            assertThatThrownBy(() -> script.one(scope, "f", x, places))
                    .isInstanceOf(RefusalException.class)
                    .hasMessage(
                            "PyTorch's operator put_ computes other numbers each time on a graphics card, so a run with"
                                    + " it could not be repeated; train with --device cpu, or without what needs that operator");
        }
    }

    @Test
    void cublasGetsRoomsOfFixedSizesUnlessItHasSuchAlready() {
        NativeSwitches.setEnvironment("CUBLAS_WORKSPACE_CONFIG", ":0:0");

        Torch.compute(before, Map.of("CUBLAS_WORKSPACE_CONFIG", ":16:8"));
        assertThat(inTheCLibrary("CUBLAS_WORKSPACE_CONFIG")).contains(":0:0");
        Torch.compute(before, Map.of("CUBLAS_WORKSPACE_CONFIG", ":0:0"));

        assertThat(inTheCLibrary("CUBLAS_WORKSPACE_CONFIG")).contains(":4096:8");
    }

    @Test
    void theProcessorIsNoKindOfCard() {
        assertThat(TorchDevice.CPU.kind()).isEmpty();
        assertThat(new TorchDevice(99).kind()).isEmpty();
    }

    private static Optional<String> inTheCLibrary(String name) {
        Pointer value = NativeLibrary.getInstance(Platform.C_LIBRARY_NAME)
                .getFunction("getenv")
                .invokePointer(new Object[] {name});
        return Optional.ofNullable(value).map(text -> text.getString(0));
    }
}
