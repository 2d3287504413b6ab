package io.streamclr.trainer.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.MultiplyAdds;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.torch.TorchDevice;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class StepWorkTest {

    private static final int SIDE = 32;
    private static final int PAIRS = 64;
    private static final long VIEWS = 2 * PAIRS;

    private static final NetworkPlan PLAN =
            TrainBenchmark.network(Stem.SMALL2, Precision.FLOAT32).plan();
    private static final MultiplyAdds VIEW = PLAN.multiplyAdds(SIDE, SIDE);
    private static final long LOSS = 4 * VIEWS * VIEWS * 128;
    private static final long KEPT = PLAN.keptBytes(SIDE, SIDE);
    private static final long WEIGHTS = 4 * Architecture.of(PLAN).parameters();

    private static StepWork work(int chunk, int remembered, int devices) {
        return StepWork.of(new TrainBenchmark.Setting(
                PLAN, SIDE, PAIRS, chunk, remembered, 1, Collections.nCopies(devices, TorchDevice.CPU)));
    }

    @Test
    void aBatchThatFitsGoesForwardOnceAndBackOnce() {
        StepWork work = work(128, 1, 1);

        assertThat(work.forwardOfAView()).isEqualTo(VIEW.forward());
        assertThat(work.multiplyAdds()).isEqualTo(VIEWS * (VIEW.forward() + VIEW.backward()) + LOSS);
        assertThat(work.flop()).isEqualTo(2.0 * work.multiplyAdds());
        assertThat(work.bytes()).isEqualTo(VIEWS * 5 * KEPT + 10 * WEIGHTS + 16 * VIEWS * VIEWS);
    }

    @Test
    void viewsOfChunksThatAreNotRememberedGoForwardTwice() {
        StepWork once = work(32, 4, 1);
        StepWork twice = work(32, 1, 1);

        assertThat(once.multiplyAdds()).isEqualTo(work(128, 1, 1).multiplyAdds());
        assertThat(twice.multiplyAdds() - once.multiplyAdds()).isEqualTo(96 * VIEW.forward());
        assertThat(twice.bytes() - once.bytes()).isEqualTo(96 * 2 * KEPT);
        assertThat(once.bytes() - work(128, 1, 1).bytes()).isEqualTo(3 * (3 + 3) * WEIGHTS);
    }

    @Test
    void eachDeviceRemembersChunksOfItsOwn() {
        StepWork two = work(32, 1, 2);

        assertThat(two.multiplyAdds() - work(128, 1, 1).multiplyAdds()).isEqualTo(64 * VIEW.forward());
    }
}
