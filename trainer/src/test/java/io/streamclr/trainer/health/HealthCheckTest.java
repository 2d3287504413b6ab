package io.streamclr.trainer.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HealthCheckTest {

    private static final int PAIRS = 32;
    private static final int SIDE = 16;
    private static final NetworkPlan PLAN = new NetworkPlan(
            18, 1.0 / 16, Stem.SMALL2, new HeadPlan(2, 0, 8, 0), false, Normalisation.NONE, Precision.FLOAT32);

    /** Whitened features use all directions, also those of a network that has collapsed. */
    @Test
    void whatIsWhitenedForOthersIsMeasuredAsItIsWithoutThat() {
        byte[] pixels = new byte[2 * PAIRS * SIDE * SIDE * 3];
        new Random(1).nextBytes(pixels);
        ByteBuffer views = ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();

        assertThat(measured(PLAN.whitened(true), views)).isEqualTo(measured(PLAN, views));
    }

    private static Health measured(NetworkPlan plan, ByteBuffer views) {
        Architecture architecture = Architecture.of(plan);
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Network network = Network.of(torch, architecture, architecture.initialValues(1));
                HealthCheck check = new HealthCheck(torch, network)) {
            network.embed(scope, scope.bytes(views.duplicate(), 2 * PAIRS, SIDE, SIDE, 3), 0.5);
            return check.measure(ByteRows.of(views.duplicate(), SIDE * SIDE * 3), SIDE, SIDE);
        }
    }
}
