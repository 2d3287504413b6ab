package io.streamclr.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TeacherTest {

    private static final int PAIRS = 7;
    private static final int REPLAYED = 3;
    private static final int SIDE = 12;
    private static final int WIDTH = 8;
    private static final Architecture ARCHITECTURE = Architecture.of(new NetworkPlan(
                    18,
                    1.0 / 8,
                    Stem.SMALL2,
                    new HeadPlan(2, 0, WIDTH, 0),
                    false,
                    Normalisation.NONE,
                    Precision.FLOAT32)
            .withNorm(Norm.GROUP));

    private final Torch torch = Torch.open(1);
    private final Scope scope = torch.scope();
    private final Network student = Network.of(torch, ARCHITECTURE, ARCHITECTURE.initialValues(1));
    private final Views views = new Views(ByteRows.of(noise(), SIDE * SIDE * 3), SIDE, SIDE);

    @AfterEach
    void close() {
        torch.close();
    }

    private static ByteBuffer noise() {
        byte[] pixels = new byte[2 * PAIRS * SIDE * SIDE * 3];
        new Random(1).nextBytes(pixels);
        return ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
    }

    /** A teacher unlike the student. */
    private Teacher teacher(double weight, int chunkViews) {
        Network other = Network.of(torch, ARCHITECTURE, ARCHITECTURE.initialValues(2));
        Teacher teacher = new Teacher(torch, new TeacherPlan(weight, 0.75), student, chunkViews);
        teacher.restore(torch, other.trained().stream().map(Tensor::floats).toList());
        return teacher;
    }

    private double alignment(Teacher teacher, float[] embeddings) {
        Tensor gradient = scope.floats(new float[embeddings.length], 2 * PAIRS, WIDTH);
        return teacher.align(scope, views, PAIRS, REPLAYED, scope.floats(embeddings, 2 * PAIRS, WIDTH), gradient);
    }

    @Test
    void theGradientIsTheSlopeOfTheAlignmentAndOnlyReplayedViewsHaveOne() {
        Teacher teacher = teacher(1.5, 2);
        float[] z = student.embed(scope, views.of(scope, new Chunk(0, 2 * PAIRS)), 0)
                .floats();
        float[] before = new float[z.length];
        Arrays.fill(before, 0.25f);
        Tensor gradient = scope.floats(before, 2 * PAIRS, WIDTH);

        teacher.align(scope, views, PAIRS, REPLAYED, scope.floats(z, 2 * PAIRS, WIDTH), gradient);

        float[] added = gradient.floats();
        for (int i = 0; i < z.length; i++) {
            boolean replayed = i / WIDTH % PAIRS >= PAIRS - REPLAYED;
            float step = 1e-2f;
            float[] up = z.clone();
            float[] down = z.clone();
            up[i] += step;
            down[i] -= step;
            double found = replayed ? (alignment(teacher, up) - alignment(teacher, down)) / (2 * step) : 0;
            assertThat(added[i] - 0.25).as("element " + i).isCloseTo(found, within(2e-3));
        }
    }

    @Test
    void theAlignmentIsOneMinusTheCosineWhateverTheChunks() {
        float[] z = student.embed(scope, views.of(scope, new Chunk(0, 2 * PAIRS)), 0)
                .floats();
        float[] taught = Network.of(torch, ARCHITECTURE, ARCHITECTURE.initialValues(2))
                .embed(scope, views.of(scope, new Chunk(0, 2 * PAIRS)), 0)
                .floats();
        double slowly = 0;
        for (int row = 0; row < 2 * PAIRS; row++) {
            if (row % PAIRS >= PAIRS - REPLAYED) {
                double dot = 0;
                double one = 0;
                double other = 0;
                for (int d = row * WIDTH; d < (row + 1) * WIDTH; d++) {
                    dot += z[d] * taught[d];
                    one += z[d] * z[d];
                    other += taught[d] * taught[d];
                }
                slowly += 1.5 * (1 - dot / Math.sqrt(one * other)) / (2 * REPLAYED);
            }
        }

        assertThat(alignment(teacher(1.5, 2), z)).isCloseTo(slowly, within(1e-5));
        assertThat(alignment(teacher(1.5, 100), z)).isCloseTo(slowly, within(1e-5));
    }

    @Test
    void itFollowsTheStudentByOneMinusItsDecay() {
        Teacher teacher = teacher(1, 100);
        List<float[]> before = teacher.values();

        teacher.follow(scope);

        for (int t = 0; t < before.size(); t += 6) {
            float[] fast = student.trained().get(t).floats();
            float[] slow = teacher.values().get(t);
            for (int i = 0; i < fast.length; i++) {
                assertThat(slow[i]).isCloseTo(0.75f * before.get(t)[i] + 0.25f * fast[i], within(1e-5f));
            }
        }
    }
}
