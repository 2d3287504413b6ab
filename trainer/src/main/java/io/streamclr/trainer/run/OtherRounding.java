package io.streamclr.trainer.run;

import io.streamclr.trainer.checkpoint.Checkpoint;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says where a run that goes on rounds otherwise than before, so that its weights are no longer the same to the bit. */
final class OtherRounding {

    private static final Logger LOG = LoggerFactory.getLogger(OtherRounding.class);

    private OtherRounding() {}

    /**
     * To be asked after the first step, for how convolutions are computed is found out with the first of them.
     *
     * @param before what the run goes on from
     * @param now what decides about rounding, by the options that set it
     */
    static void warn(String run, Checkpoint before, Map<String, String> now) {
        Map<String, String> rounding = new HashMap<>(now);
        // What is off now is not said.
        before.rounding().keySet().stream()
                .filter(option -> option.startsWith("--"))
                .forEach(option -> rounding.putIfAbsent(option, "false"));
        rounding.forEach((option, is) -> {
            String was =
                    before.rounding().getOrDefault(option, before.settings().getOrDefault(option, is));
            if (!was.equals(is)) {
                LOG.warn(
                        "Run {} was trained with {} {} up to step {} and goes on with {}, so from here on its"
                                + " weights equal those of an unbroken run only up to rounding",
                        run,
                        option,
                        was,
                        before.origin().step(),
                        is);
            }
        });
    }
}
