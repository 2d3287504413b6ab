package io.streamclr.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDManager;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NumbersReadTest {

    private static final String CUT = """
              def cut(self, z: Tensor, rest: List[Tensor], bounds: Tensor, share: Tensor) -> Tensor:
                n = len(z)
                return torch.narrow(z, 0, int(bounds[0]), int(bounds[1])) * (float(share) / float(n))
              def plain(self, z: Tensor, start: int) -> Tensor:
                if bool(torch.all(z)):
                  return z * float(start)
                return z
            """;

    private final Torch torch = Torch.open(1);
    private final Scope scope = torch.scope();

    @AfterEach
    void close() {
        torch.close();
    }

    @Test
    void theTensorsThatAMethodReadsAsNumbersAreFoundInItsText() {
        assertThat(NumbersRead.in(CUT).arguments()).isEqualTo(Map.of("cut", Set.of(2, 3)));
    }

    @Test
    void aNumberThatMayBeInTheMemoryOfACardIsRefusedOnAProcessorToo() {
        Script script = torch.compile(CUT);
        Tensor z = scope.floats(new float[] {1, 2, 3, 4}, 4, 1);

        assertThatThrownBy(() ->
                        script.one(scope, "cut", z, List.of(z), scope.longs(new int[] {1, 2}, 2), scope.hostDoubles(8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Argument 2 of cut is read as a number, for which a card would be waited for; make it by"
                        + " hostLongs or hostDoubles");
        assertThat(script.one(scope, "cut", z, List.of(scope.zeros(1)), scope.hostLongs(1, 2), scope.hostDoubles(8))
                        .floats())
                .containsExactly(4, 6);
    }

    /** What asks for a card's memory fails where there is none, so this one does not. */
    @Test
    void numbersForAScriptAreInTheHostsMemoryWhereAllElseIsInACards() {
        try (PtNDManager card = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.gpu(0));
                PtNDManager host = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
                Scope ofCard = new Scope(card, host);
                Scope inner = ofCard.inner()) {
            Tensor places = inner.hostLongs(3, 4);
            Tensor shares = inner.hostDoubles(0.5);

            assertThat(places.array().getDevice()).isEqualTo(Device.cpu());
            assertThat(shares.array().getDevice()).isEqualTo(Device.cpu());
            assertThat(places.array().getManager().getDevice()).isEqualTo(Device.gpu(0));
            assertThat(places.longs()).containsExactly(3, 4);
            assertThat(shares.doubles()).containsExactly(0.5);
            assertThat(host.getManagedArrays()).isEmpty();
        }
    }

    @Test
    void theyAreFreedWithTheirScope() {
        Tensor freed;
        try (Scope inner = scope.inner()) {
            freed = inner.hostLongs(1);
            assertThat(inner.openHandles()).isEqualTo(1);
        }

        assertThatThrownBy(freed::longs).isInstanceOf(IllegalStateException.class);
        assertThat(scope.openHandles()).isZero();
    }
}
