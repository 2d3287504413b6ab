package io.streamclr.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TorchDeviceTest {

    @ParameterizedTest
    @CsvSource({"cpu, cpu", "gpu, gpu:0", "gpu:3, gpu:3"})
    void readsWhatItWrites(String text, String written) {
        assertThat(TorchDevice.parse(text)).hasToString(written);
    }

    @Test
    void anUnknownDeviceIsRefused() {
        assertThatThrownBy(() -> TorchDevice.parse("cuda"))
                .isInstanceOf(RefusalException.class)
                .hasMessage("The device 'cuda' is not known; give cpu, gpu:0, gpu:1 and so on");
    }

    @Test
    void aCardThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> Torch.open(1, TorchDevice.parse("gpu:99")))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("The device gpu:99 cannot be used, because PyTorch finds ")
                .hasMessageEndingWith("; give --device cpu, or see with 'streamclr check-gpu' what is missing");
    }

    @ParameterizedTest
    @CsvSource({"cpu, 8, 8", "cpu cpu, 8, 4", "cpu cpu, 1, 1", "gpu:0 gpu:1, 8, 8", "cpu gpu:0, 8, 8"})
    void devicesThatAreTheProcessorShareItsCores(String names, int processors, int threads) {
        List<TorchDevice> devices =
                List.of(names.split(" ")).stream().map(TorchDevice::parse).toList();

        assertThat(TorchDevice.threadsEach(devices, processors)).isEqualTo(threads);
    }
}
