package io.streamclr.trainer.settings;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.torch.TorchDevice;
import java.util.List;
import java.util.OptionalInt;

/**
 * What computes.
 *
 * @param threads of PyTorch, for each device; resuming with another number is exact to rounding only
 * @param devices that share each batch, the first of them with the loss and the optimiser
 * @param tf32 whether cards among them round what they multiply in 32 bits
 * @param remembered chunks of each device that go forward once only, 1 or more, which changes no bit; empty for as many as
 *     memory allows
 */
public record Computing(int threads, List<TorchDevice> devices, boolean tf32, OptionalInt remembered) {

    /** @throws RefusalException if a number is out of its range, or there is no card to round */
    public Computing {
        devices = List.copyOf(devices);
        if (threads < 1 || threads > 1024) {
            throw RefusalException.ofUsage(
                    "PyTorch cannot run with " + threads + " threads; give 1 or more, at most 1024");
        }
        if (remembered.isPresent() && remembered.getAsInt() < 1) {
            throw RefusalException.ofUsage("--remember is " + remembered.getAsInt()
                    + ", but each device remembers one chunk at least; give 1 or more");
        }
        if (tf32 && devices.stream().allMatch(TorchDevice.CPU::equals)) {
            throw RefusalException.ofUsage(
                    "A processor has no TF32, so --allow-tf32 is for graphics cards; leave it out, or give --device gpu:0");
        }
    }

    /** With as many remembered chunks as memory allows. */
    public Computing(int threads, List<TorchDevice> devices, boolean tf32) {
        this(threads, devices, tf32, OptionalInt.empty());
    }

    /** The same without rounding. */
    public Computing(int threads, List<TorchDevice> devices) {
        this(threads, devices, false);
    }

    /** The processor. @param threads of PyTorch */
    public static Computing onProcessor(int threads) {
        return new Computing(threads, List.of(TorchDevice.CPU));
    }

    /**
     * The same for one of several processes of a machine, each of which has one card, if any has.
     *
     * @param number of it among them, from 0; as many after the first one's card is its own
     */
    public Computing ofProcess(int number) {
        return first().equals(TorchDevice.CPU) || devices.size() > 1
                ? this
                : new Computing(threads, List.of(new TorchDevice(first().gpu() + number)), tf32, remembered);
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
