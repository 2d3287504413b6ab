package io.streamclr.trainer.model;

import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Writes features of a few images, embeddings and the gradient of every weight to a file. A process computes in one way. */
public final class OneStep {

    private static final int IMAGES = 8;
    private static final int SIDE = 28;

    private OneStep() {}

    /** @param arguments the file, and the way that is preferred, if one is */
    public static void main(String[] arguments) throws IOException {
        NetworkPlan plan = new NetworkPlan(
                18, 0.25, Stem.SMALL2, new HeadPlan(2, 0, 16, 0), false, Normalisation.NONE, Precision.FLOAT32);
        Architecture architecture = Architecture.of(plan);
        byte[] noise = new byte[IMAGES * SIDE * SIDE * 3];
        new Random(1).nextBytes(noise);
        ByteBuffer pixels = ByteBuffer.allocateDirect(noise.length).put(noise).flip();
        float[] gradient = new float[IMAGES * plan.embedding()];
        Arrays.fill(gradient, 0, gradient.length / 2, 0.1f);
        try (Torch torch = preferring(Torch.open(1), arguments);
                Network network = Network.of(torch, architecture, architecture.initialValues(1));
                Scope scope = torch.scope();
                DataOutputStream out = new DataOutputStream(Files.newOutputStream(Path.of(arguments[0])))) {
            Tensor images = scope.bytes(pixels, IMAGES, SIDE, SIDE, 3);
            List<Tensor> found = new ArrayList<>(List.of(network.encode(scope, images)));
            Tensor embeddings = network.forwardWithGraph(scope, images, 0);
            found.add(embeddings);
            found.addAll(network.backward(scope, embeddings, scope.floats(gradient, IMAGES, plan.embedding())));
            out.writeInt(found.size());
            for (Tensor each : found) {
                float[] values = each.floats();
                out.writeInt(values.length);
                for (float value : values) {
                    out.writeFloat(value);
                }
            }
        }
    }

    private static Torch preferring(Torch torch, String[] arguments) {
        if (arguments.length > 1) {
            torch.preferWay(arguments[1]);
        }
        return torch;
    }
}
