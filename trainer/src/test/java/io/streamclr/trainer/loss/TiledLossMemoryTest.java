package io.streamclr.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.loss.ContrastiveLoss.Evaluation;
import io.streamclr.trainer.loss.LossFormula.Debiased;
import io.streamclr.trainer.loss.LossFormula.Decoupled;
import io.streamclr.trainer.loss.LossFormula.FalseNegativeElimination;
import io.streamclr.trainer.loss.LossFormula.FalseNegativeElimination.Support;
import io.streamclr.trainer.loss.LossFormula.HardNegative;
import io.streamclr.trainer.loss.LossFormula.NtXent;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How much memory a loss takes beside its embeddings; the kernel keeps the highest mark of the process. */
class TiledLossMemoryTest {

    static Stream<LossFormula> formulas() {
        return Stream.of(
                new NtXent(),
                new Decoupled(),
                new Debiased(0.1),
                new HardNegative(0.1, 1),
                new FalseNegativeElimination(10, 0.7, Support.MAX));
    }

    @Test
    void sixteenThousandViewsTakeLessThanTheMatrixOfTheirSimilarities() throws IOException {
        long matrix = 4L * 16_384 * 16_384;

        assertThat(bytesBesideTheEmbeddings(new NtXent(), 16_384, 8)).isLessThan(matrix / 2);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("formulas")
    void sixtyFiveThousandViewsTakeLessThanAGibibyte(LossFormula formula) throws IOException {
        assertThat(bytesBesideTheEmbeddings(formula, 65_536, 128)).isLessThan(1L << 30);
    }

    private static long bytesBesideTheEmbeddings(LossFormula formula, int views, int width) throws IOException {
        float[] z = new float[views * width];
        Random random = new Random(1);
        for (int i = 0; i < z.length; i++) {
            z[i] = (float) random.nextGaussian();
        }
        int[] images = IntStream.range(0, views / 2).toArray();
        try (Torch torch = Torch.open(2);
                Scope scope = torch.scope();
                TiledLoss loss = new TiledLoss(torch, new LossPlan(formula, 0.1, LossPlan.NEVER))) {
            loss.evaluate(
                    scope,
                    scope.floats(new float[8 * width], 8, width),
                    ShownImages.numbered(new int[] {0, 1, 2, 3})); // loads code
            Tensor embeddings = scope.floats(z, views, width);
            Files.writeString(Path.of("/proc/self/clear_refs"), "5");
            long before = bytes("VmRSS");

            Evaluation evaluation = loss.evaluate(scope, embeddings, ShownImages.numbered(images));

            long highest = bytes("VmHWM");
            assertThat(evaluation.value()).isFinite().isPositive();
            System.out.printf(
                    "%s of %d views: %d MiB beside the embeddings%n", formula, views, (highest - before) >> 20);
            return highest - before;
        }
    }

    private static long bytes(String mark) throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
            String line =
                    lines.filter(text -> text.startsWith(mark)).findFirst().orElseThrow();
            return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
        }
    }
}
