package io.streamclr.trainer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.torch.TorchDevice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProcessUseTest {

    @Test
    void aProcessSaysWhatItTakesOfProcessorAndMemoryAndNothingOfCardsItDoesNotUse() {
        AtomicLong time = new AtomicLong();
        AtomicLong processor = new AtomicLong(7_000_000_000L);
        ProcessUse use = new ProcessUse(List.of(TorchDevice.CPU), time::get, processor::get);
        time.set(2_000_000_000L);
        processor.set(10_000_000_000L);

        Map<String, Double> now = use.now();

        assertThat(now).containsEntry("processor_cores", 1.5);
        if (Files.exists(Path.of("/proc/self/status"))) {
            assertThat(now.get("memory_bytes")).isGreaterThan(1 << 20);
        }
        assertThat(now).doesNotContainKey("card_memory_bytes");
        assertThat(use.now()).as("asked again at once").isSameAs(now);
    }
}
