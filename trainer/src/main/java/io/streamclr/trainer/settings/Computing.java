package io.streamclr.trainer.settings;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.torch.TorchDevice;
import java.util.List;

/**
 * What computes.
 *
 * @param threads of PyTorch, for each device; resuming with another number is exact to rounding only
 * @param devices that share each batch, the first of them with the loss and the optimiser
 * @param tf32 whether cards among them round what they multiply in 32 bits
 */
public record Computing(int threads, List<TorchDevice> devices, boolean tf32) {

    /** @throws RefusalException if the number of threads is out of its range, or there is no card to round */
    public Computing {
        devices = List.copyOf(devices);
        if (threads < 1 || threads > 1024) {
            throw RefusalException.ofUsage(
                    "PyTorch cannot run with " + threads + " threads; give 1 or more, at most 1024");
        }
        if (tf32 && devices.stream().allMatch(TorchDevice.CPU::equals)) {
            throw RefusalException.ofUsage(
                    "A processor has no TF32, so --allow-tf32 is for graphics cards; leave it out, or give --device gpu:0");
        }
    }

    /** Without rounding. */
    public Computing(int threads, List<TorchDevice> devices) {
        this(threads, devices, false);
    }

    /** The processor. @param threads of PyTorch */
    public static Computing onProcessor(int threads) {
        return new Computing(threads, List.of(TorchDevice.CPU));
    }

    /** Opens the engine on the first device. */
    public Torch open() {
        return open(first());
    }

    /** Opens the engine on one of the devices. */
    public Torch open(TorchDevice device) {
        return Torch.open(threads, device, tf32);
    }

    /** The device of the loss and the optimiser. */
    public TorchDevice first() {
        return devices.get(0);
    }
}
