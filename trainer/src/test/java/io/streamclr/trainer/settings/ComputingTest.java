package io.streamclr.trainer.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.torch.TorchDevice;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComputingTest {

    private static List<TorchDevice> ofProcess(int number, String... devices) {
        List<TorchDevice> all =
                List.of(devices).stream().map(TorchDevice::parse).toList();
        return new Computing(1, all).ofProcess(number).devices();
    }

    @Test
    void eachProcessOfAMachineHasACardOfItsOwnFromTheFirstOnesOn() {
        assertThat(ofProcess(0, "gpu:2")).containsExactly(TorchDevice.parse("gpu:2"));
        assertThat(ofProcess(3, "gpu:2")).containsExactly(TorchDevice.parse("gpu:5"));
        assertThat(ofProcess(3, "cpu")).containsExactly(TorchDevice.CPU);
    }

    /** Who has several ranks refuses them. */
    @Test
    void severalCardsStayWhatTheyAre() {
        assertThat(ofProcess(1, "gpu:0", "gpu:1")).hasSize(2);
    }
}
