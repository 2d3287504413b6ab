package io.streamclr.trainer.torch;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.streamclr.schemas.RefusalException;
import java.lang.management.MemoryUsage;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What computes: the processor, or one of its graphics cards.
 *
 * @param gpu number of the card, from 0; -1 for the processor
 */
public record TorchDevice(int gpu) {

    public static final TorchDevice CPU = new TorchDevice(-1);

    private static final Pattern GPU = Pattern.compile("gpu(?::(\\d{1,3}))?");

    /**
     * Reads {@code cpu}, {@code gpu} or {@code gpu:N}.
     *
     * @throws RefusalException for anything else
     */
    public static TorchDevice parse(String text) {
        if (text.equals("cpu")) {
            return CPU;
        }
        Matcher gpu = GPU.matcher(text);
        if (!gpu.matches()) {
            throw RefusalException.ofUsage("The device '" + text + "' is not known; give cpu, gpu:0, gpu:1 and so on");
        }
        return new TorchDevice(gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1)));
    }

    /** How many threads each of these devices gets: the processors, shared among those that compute with them. */
    public static int threadsEach(List<TorchDevice> devices, int processors) {
        int sharing = Math.max(1, Collections.frequency(devices, CPU));
        return Math.max(1, processors / sharing);
    }

    /** Bytes of a graphics card's memory that are in use, by whomever; empty for the processor, or where nobody says. */
    public OptionalLong memoryInUse() {
        return tell(MemoryUsage::getCommitted);
    }

    /** Bytes of a graphics card's memory; empty for the processor, or where nobody says. */
    public OptionalLong memory() {
        return tell(MemoryUsage::getMax);
    }

    /** Which kind of card it is, as far as CUDA's numbers tell; empty for the processor, or where nobody says. */
    Optional<String> kind() {
        try {
            return gpu < 0 ? Optional.empty() : Optional.of("card of kind " + CudaUtils.getComputeCapability(gpu));
        } catch (RuntimeException | LinkageError unsaid) {
            return Optional.empty(); // training does not depend on it
        }
    }

    private OptionalLong tell(ToLongFunction<MemoryUsage> what) {
        if (gpu < 0) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(what.applyAsLong(CudaUtils.getGpuMemory(Device.gpu(gpu))));
        } catch (RuntimeException | LinkageError unsaid) {
            return OptionalLong.empty(); // training does not depend on it
        }
    }

    /** Several, as {@code --device} has them. */
    public static String text(List<TorchDevice> devices) {
        return devices.stream().map(TorchDevice::text).collect(Collectors.joining(","));
    }

    /** As {@link #parse} reads it. */
    public String text() {
        return gpu < 0 ? "cpu" : "gpu:" + gpu;
    }

    @Override
    public String toString() {
        return text();
    }
}
