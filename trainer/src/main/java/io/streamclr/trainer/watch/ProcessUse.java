package io.streamclr.trainer.watch;

import com.sun.management.OperatingSystemMXBean;
import io.streamclr.trainer.torch.TorchDevice;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What this process takes of the machine. On a graphics card, asking is a call of its driver. */
public final class ProcessUse {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern RESIDENT = Pattern.compile("^VmRSS:\\s+(\\d+) kB$", Pattern.MULTILINE);

    /** Shorter than this, the share of the processor is chance. */
    private static final long LEAST_NANOS = 500_000_000L;

    private final List<TorchDevice> devices;
    private final LongSupplier time;
    private final LongSupplier processor;
    private long timeBefore;
    private long processorBefore;
    private Map<String, Double> newest = Map.of();

    /** @param devices that train; the memory of those that are graphics cards is reported */
    public ProcessUse(List<TorchDevice> devices) {
        this(devices, System::nanoTime, ProcessUse::processorNanos);
    }

    /** @param processor nanoseconds of all cores so far; negative where nobody says */
    ProcessUse(List<TorchDevice> devices, LongSupplier time, LongSupplier processor) {
        this.devices = devices.stream().distinct().toList();
        this.time = time;
        this.processor = processor;
        timeBefore = time.getAsLong();
        processorBefore = processor.getAsLong();
    }

    /**
     * {@code processor_cores}, cores at work since the last answer; {@code memory_bytes}, held in main memory; {@code
     * card_memory_bytes}, in use on the graphics cards by whomever. What this system does not say is left out, and half a
     * second's answer is given again.
     */
    public synchronized Map<String, Double> now() {
        long timeNow = time.getAsLong();
        if (timeNow - timeBefore < LEAST_NANOS) {
            return newest;
        }
        long processorNow = processor.getAsLong();
        Map<String, Double> use = new LinkedHashMap<>();
        if (processorNow >= 0) {
            use.put("processor_cores", (double) (processorNow - processorBefore) / (timeNow - timeBefore));
        }
        resident().ifPresent(bytes -> use.put("memory_bytes", (double) bytes));
        devices.stream()
                .map(TorchDevice::memoryInUse)
                .filter(OptionalLong::isPresent)
                .mapToDouble(OptionalLong::getAsLong)
                .reduce(Double::sum)
                .ifPresent(bytes -> use.put("card_memory_bytes", bytes));
        timeBefore = timeNow;
        processorBefore = processorNow;
        newest = Map.copyOf(use);
        return newest;
    }

    private static long processorNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : -1;
    }

    /** In bytes; empty on other systems than Linux. */
    private static OptionalLong resident() {
        try {
            Matcher held = RESIDENT.matcher(Files.readString(STATUS));
            return held.find() ? OptionalLong.of(Long.parseLong(held.group(1)) << 10) : OptionalLong.empty();
        } catch (IOException notLinux) {
            return OptionalLong.empty();
        }
    }
}
