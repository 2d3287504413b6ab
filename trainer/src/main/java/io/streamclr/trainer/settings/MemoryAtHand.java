package io.streamclr.trainer.settings;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import io.streamclr.trainer.torch.TorchDevice;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The memory that there is for a run, in bytes; what nobody knows is as much as one likes.
 *
 * @param heap that Java may take
 * @param offHeap that Java may take for buffers outside
 * @param machine of the machine, or of the container that this process is in
 * @param cards of each graphics card, by its name
 */
public record MemoryAtHand(long heap, long offHeap, long machine, Map<String, Long> cards) {

    private static final String LIMIT = "MaxDirectMemorySize";

    public MemoryAtHand {
        cards = Map.copyOf(cards);
    }

    /** Of this process. @param devices that it is to compute with */
    public static MemoryAtHand here(List<TorchDevice> devices) {
        long heap = Runtime.getRuntime().maxMemory();
        Map<String, Long> cards = new TreeMap<>();
        devices.forEach(device -> device.memory().ifPresent(bytes -> cards.put(device.text(), bytes)));
        return new MemoryAtHand(heap, limit(heap), ofTheMachine(), cards);
    }

    /** For each of so many processes of this machine. */
    public MemoryAtHand sharedBy(int processes) {
        return new MemoryAtHand(heap, offHeap, machine / processes, cards);
    }

    private static long limit(long heap) {
        try {
            HotSpotDiagnosticMXBean java = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
            long limit = Long.parseLong(java.getVMOption(LIMIT).getValue());
            return limit == 0 ? heap : limit; // as Java has it where nobody sets a limit
        } catch (RuntimeException unsaid) {
            return Long.MAX_VALUE;
        }
    }

    private static long ofTheMachine() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize()
                : Long.MAX_VALUE;
    }
}
