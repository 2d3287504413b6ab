package io.streamclr.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.torch.TorchDevice;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainCommandTest {

    @ParameterizedTest
    @CsvSource({"cpu, 8, 8", "cpu cpu, 8, 4", "cpu cpu, 1, 1", "gpu:0 gpu:1, 8, 8", "cpu gpu:0, 8, 8"})
    void devicesThatAreTheProcessorShareItsCores(String names, int processors, int threads) {
        List<TorchDevice> devices =
                List.of(names.split(" ")).stream().map(TorchDevice::parse).toList();

        assertThat(TrainCommand.threadsEach(devices, processors)).isEqualTo(threads);
    }
}
