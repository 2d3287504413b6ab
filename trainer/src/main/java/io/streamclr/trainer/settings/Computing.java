package io.streamclr.trainer.settings;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.torch.TorchDevice;
import java.util.List;

/**
 * What computes.
 *
 * @param threads of PyTorch, for each device; resuming with another number is exact to rounding only
 * @param devices that share each batch, the first of them with the loss and the optimiser
 */
public record Computing(int threads, List<TorchDevice> devices) {

    /** @throws RefusalException if the number of threads is out of its range */
    public Computing {
        devices = List.copyOf(devices);
        if (threads < 1 || threads > 1024) {
            throw RefusalException.ofUsage(
                    "PyTorch cannot run with " + threads + " threads; give 1 or more, at most 1024");
        }
    }

    /** The processor. @param threads of PyTorch */
    public static Computing onProcessor(int threads) {
        return new Computing(threads, List.of(TorchDevice.CPU));
    }

    /** The device of the loss and the optimiser. */
    public TorchDevice first() {
        return devices.get(0);
    }
}
