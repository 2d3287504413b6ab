package io.streamclr.trainer.bench;

import io.streamclr.trainer.step.StepParts;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** How long the parts of steps take. A card is waited for after each, because it goes on after the call has returned. */
final class PartTimes implements StepParts {

    private final LongSupplier nanos;
    private final Runnable awaitDevice;
    private final Map<Part, Long> spent = new EnumMap<>(Part.class);

    /** @param nanos a clock; @param awaitDevice returns when the device has done all that it was given */
    PartTimes(LongSupplier nanos, Runnable awaitDevice) {
        this.nanos = nanos;
        this.awaitDevice = awaitDevice;
    }

    @Override
    public <T> T in(Part part, Supplier<T> call) {
        long begin = nanos.getAsLong();
        T given = call.get();
        awaitDevice.run();
        spent.merge(part, nanos.getAsLong() - begin, Long::sum);
        return given;
    }

    /** The share of each part, 0 for one that never came. @param seconds of all steps, parts and what is between them */
    Map<Part, Double> shares(double seconds) {
        Map<Part, Double> shares = new EnumMap<>(Part.class);
        for (Part part : Part.values()) {
            shares.put(part, spent.getOrDefault(part, 0L) / 1e9 / seconds);
        }
        return shares;
    }
}
