package io.streamclr.trainer.optimiser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.python.DebianPython;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rules that PyTorch has too, beside those of Python's torch. */
class PyTorchOptimisersTest {

    private static final int STEPS = 60;
    private static final int NUMBERS = 16;
    private static final GradientClipping CLIPPED = new GradientClipping(2);

    @TempDir
    private Path folder;

    private DebianPython python;

    @BeforeEach
    void findPython() {
        python = new DebianPython(folder);
    }

    private final float[] start = gaussian(new Random(3), NUMBERS);
    private final float[] gradients = gaussian(new Random(4), STEPS * NUMBERS);

    @Test
    void momentumNesterovAndClippingMoveWeightsAsPythonsTorchDoes() throws Exception {
        python.require("python3-torch", "torch");
        write("start.bin", start);
        write("gradients.bin", gradients);
        Path script = Path.of(getClass().getResource("/python/optimisers.py").toURI());
        UpdateRule sgd = new UpdateRule.Sgd(0.01, 0.9);
        UpdateRule nesterov = new UpdateRule.Sgd(0.01, 0.9, true);
        Map<String, float[]> ours = new LinkedHashMap<>();
        ours.put("sgd", moved(sgd, GradientClipping.NONE));
        ours.put("nesterov", moved(nesterov, GradientClipping.NONE));
        ours.put("clipped", moved(sgd, CLIPPED));
        ours.put("nesterov-clipped", moved(nesterov, CLIPPED));
        ours.put("adamw-clipped", moved(new UpdateRule.AdamW(0.01, 0.9, 0.99, 1e-8), CLIPPED));

        int code = python.run(script.toString(), folder.toString(), Integer.toString(STEPS));

        assertThat(code).as(python::said).isZero();
        for (Map.Entry<String, float[]> each : ours.entrySet()) {
            assertThat(each.getValue()).as(each.getKey()).containsExactly(read(each.getKey() + ".bin"), within(2e-6f));
        }
        assertThat(ours.get("nesterov")).as("otherwise nothing was compared").isNotEqualTo(ours.get("sgd"));
        assertThat(ours.get("clipped")).isNotEqualTo(ours.get("sgd"));
    }

    private float[] moved(UpdateRule rule, GradientClipping clipping) {
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope()) {
            Tensor matrix = scope.floats(part(start, 0, 12), 3, 4);
            Tensor vector = scope.floats(part(start, 12, NUMBERS), 4);
            Optimiser optimiser = new Optimiser(torch, rule, clipping, List.of(matrix, vector));
            for (int step = 1; step <= STEPS; step++) {
                int at = (step - 1) * NUMBERS;
                Tensor first = scope.floats(part(gradients, at, at + 12), 3, 4);
                Tensor second = scope.floats(part(gradients, at + 12, at + NUMBERS), 4);
                optimiser.update(scope, List.of(first, second), 0.02 * step / STEPS, step);
            }
            float[] both = new float[NUMBERS];
            System.arraycopy(matrix.floats(), 0, both, 0, 12);
            System.arraycopy(vector.floats(), 0, both, 12, 4);
            return both;
        }
    }

    private static float[] part(float[] of, int from, int to) {
        return Arrays.copyOfRange(of, from, to);
    }

    private static float[] gaussian(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private void write(String file, float[] values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Files.write(folder.resolve(file), bytes.array());
    }

    private float[] read(String file) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap(Files.readAllBytes(folder.resolve(file))).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
