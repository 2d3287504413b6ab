package io.streamclr.trainer.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EqualRowsTest {

    private static final String BY_ITSELF = "torch.sum(torch.to(x, 6), [1, 2])";

    @Test
    void blocksAreTakenWhereTheyGiveTheBitsOfImagesAlone() {
        List<Integer> passes = new ArrayList<>();

        float[][] rows = rows(BY_ITSELF, passes);

        assertThat(passes).containsExactly(4, 4, 1, 1);
        assertThat(rows).hasNumberOfRows(10);
        assertThat(rows[9]).containsExactly(27 + 30 + 33 + 36, 28 + 31 + 34 + 37, 29 + 32 + 35 + 38);
    }

    @Test
    void aBlockIsFilledWhereAnImageAloneHasOtherBits() {
        List<Integer> passes = new ArrayList<>();

        float[][] rows =
                rows("torch.mul(" + BY_ITSELF + ", torch.add(1., torch.mul(0.0000002, torch.len(x))))", passes);

        assertThat(passes).containsExactly(4, 4, 4);
        assertThat(rows).hasNumberOfRows(10);
        assertThat(rows[9][0]).isGreaterThan(27 + 30 + 33 + 36).isLessThan(126.001f);
    }

    /** One sees the others, and one its place. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "torch.sub(" + BY_ITSELF + ", torch.mean(torch.to(x, 6)))",
                "torch.add(" + BY_ITSELF + ", torch.unsqueeze(torch.gt(torch.arange(torch.len(x)), 2), 1))"
            })
    void anImageHasAPassOfItsOwnWhereOthersOrItsPlaceChangeOneBit(String features) {
        List<Integer> passes = new ArrayList<>();

        rows(features, passes);

        assertThat(passes).containsOnly(1).hasSize(10);
    }

    /** Of ten images of 2 x 2 pixels, through passes of four at most. */
    private static float[][] rows(String features, List<Integer> passes) {
        ByteBuffer images = ByteBuffer.allocateDirect(10 * 2 * 2 * 3);
        for (int i = 0; i < images.capacity(); i++) {
            images.put(i, (byte) (i % 12 + 3 * (i / 12)));
        }
        try (Torch torch = Torch.open(1);
                var script = torch.compile("""
                          def embed(self, x: Tensor) -> Tensor:
                            return %s
                        """.formatted(features));
                Embedder embedder = Embedder.of(torch, (scope, some) -> {
                    passes.add((int) some.shape()[0]);
                    return script.one(scope, "embed", some);
                })) {
            EqualRows rows = new EqualRows(embedder, 2, 4);
            passes.clear();
            return rows.of(images, 10);
        }
    }
}
