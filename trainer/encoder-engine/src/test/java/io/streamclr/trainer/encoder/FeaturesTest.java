package io.streamclr.trainer.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.torch.ScriptModule;
import io.streamclr.trainer.torch.Torch;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeaturesTest {

    @Test
    void greyPixelsBecomeOneFeatureEach() {
        ByteBuffer pixels = ByteBuffer.wrap(new byte[] {0, 0, 0, (byte) 255, (byte) 255, (byte) 255});

        Features features = Features.ofPixels(pixels, 1, 1, 2);

        assertThat(features.dimension()).isEqualTo(2);
        assertThat(features.row(0)).containsExactly(0f, 1f);
    }

    @Test
    void colouredPixelsBecomeThreeFeaturesEach() {
        ByteBuffer pixels = ByteBuffer.wrap(new byte[] {9, 0, 0, 0, 51, 0, 0, 0, (byte) 255});
        pixels.position(3);

        Features features = Features.ofPixels(pixels, 2, 1, 1);

        assertThat(features.row(0)).containsExactly(0f, 0.2f, 0f);
        assertThat(features.row(1)).containsExactly(0f, 0f, 1f);
    }

    @Test
    void greyPixelsAreComparedWithColouredOnesInColour() {
        Features grey = Features.ofPixels(ByteBuffer.wrap(new byte[] {51, 51, 51, 0, 0, 0}), 1, 1, 2);
        Features coloured = Features.ofPixels(ByteBuffer.wrap(new byte[] {51, 0, 0, 0, 0, 0}), 1, 1, 2);

        assertThat(grey.like(coloured).row(0)).containsExactly(0.2f, 0.2f, 0.2f, 0f, 0f, 0f);
        assertThat(grey.like(grey)).isSameAs(grey);
        assertThat(coloured.like(grey)).isSameAs(coloured);
    }

    @Test
    void aMatrixThatIsTooLargeIsRefusedBeforeItIsAllocated() {
        assertThatThrownBy(() -> Features.allocate(10_000_000, 2048))
                .isInstanceOf(RefusalException.class)
                .hasMessage("10000000 rows of 2048 features take 78125 MiB, and 2047 MiB are the most; probe with fewer"
                        + " images");
    }

    @Test
    void anEmbedderFillsOneRowAnImageWhateverThePassesAre() {
        ByteBuffer pixels = ByteBuffer.allocateDirect(600 * 2 * 2 * 3);
        for (int i = 0; i < pixels.capacity(); i++) {
            pixels.put(i, (byte) (i * 31));
        }

        Features features;
        List<Integer> passes = new ArrayList<>();
        try (Torch torch = Torch.open(1);
                var script = torch.compile("""
                          def embed(self, x: Tensor) -> Tensor:
                            return torch.sum(torch.to(x, 6), [1, 2])
                        """);
                Embedder embedder = Embedder.of(torch, (scope, images) -> {
                    passes.add((int) images.shape()[0]);
                    return script.one(scope, "embed", images);
                })) {
            features = embedder.embed(pixels, 600, 2, 2);
        }

        assertThat(passes).containsExactly(256, 256, 88);
        assertThat(features.rows()).isEqualTo(600);
        for (int image : new int[] {0, 255, 256, 599}) {
            float[] expected = new float[3];
            for (int i = 0; i < 12; i++) {
                expected[i % 3] += pixels.get(image * 12 + i) & 0xff;
            }
            assertThat(features.row(image)).containsExactly(expected);
        }
    }

    @Test
    void aShippedEncoderIsRunThroughItsMethodForBytes(@TempDir Path folder) throws Exception {
        Path archive = folder.resolve("encoder.pt");
        try (OutputStream out = Files.newOutputStream(archive)) {
            ScriptModule.named("Encoder").withMethods("""
                      def forward(self, x: Tensor) -> Tensor:
                        return torch.zeros([1])
                      def embed(self, x: Tensor) -> Tensor:
                        return torch.mean(torch.to(x, 6), [1, 2])
                    """.indent(0)).writeTo(out, "encoder");
        }
        ByteBuffer pixels = ByteBuffer.allocateDirect(6).put(new byte[] {1, 2, 3, 3, 4, 5});

        Features features;
        try (Torch torch = Torch.open(1);
                Embedder embedder = Embedder.load(torch, archive)) {
            features = embedder.embed(pixels.flip(), 1, 2, 1);
        }

        assertThat(features.row(0)).containsExactly(2f, 3f, 4f);
    }

    @Test
    void rowsAreTakenInTheOrderThatIsAskedForAndPutTogetherAgain() {
        Features all = Features.copyOf(new float[] {1, 2, 3, 4, 5, 6}, 2);

        Features some = all.rows(new int[] {2, 0});
        Features joined = Features.joined(List.of(some, all));

        assertThat(some.row(0)).containsExactly(5, 6);
        assertThat(some.row(1)).containsExactly(1, 2);
        assertThat(joined.rows()).isEqualTo(5);
        assertThat(joined.row(4)).containsExactly(5, 6);
    }
}
