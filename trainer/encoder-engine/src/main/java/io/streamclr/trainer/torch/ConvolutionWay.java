package io.streamclr.trainer.torch;

import io.streamclr.schemas.RefusalException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How PyTorch computes convolutions on the processor, the fastest first. On machines that hide their caches oneDNN divides
 * its work by a size of 0, in code for new processors more than for old ones.
 */
public enum ConvolutionWay {
    /** Whatever oneDNN takes the processor for. */
    FULL("", "with all that this processor can do"),
    /** The instructions of 2017, which have their own code for numbers of 16 bits. */
    AVX512("AVX512_CORE", "with the instructions of AVX-512 alone"),
    AVX2("AVX2", "with the instructions of AVX2 alone"),
    /** PyTorch's own code, which plans nothing by the caches. */
    OFF("", "without oneDNN");

    /** Which of these is taken, instead of the first that is right. */
    static final String FORCED = "STREAMCLR_CONVOLUTIONS";

    /** Sets of instructions, as oneDNN names them. */
    private static final Set<String> BEFORE_AVX512 = Set.of("SSE41", "AVX", "AVX2", "AVX2_VNNI", "AVX2_VNNI_2");

    private static final String LIMIT = "ONEDNN_MAX_CPU_ISA";
    private static final String OLD_LIMIT = "DNNL_MAX_CPU_ISA";

    private final String instructions;
    private final String words;

    ConvolutionWay(String instructions, String words) {
        this.instructions = instructions;
        this.words = words;
    }

    /**
     * The ways that a process may take from its beginning, in the order of preference. Who limits oneDNN to some
     * instructions already has that instead of the limits here.
     *
     * @throws RefusalException if the environment names a way that there is not
     */
    static List<ConvolutionWay> offered(Map<String, String> environment) {
        String forced = environment.getOrDefault(FORCED, "");
        if (!forced.isEmpty()) {
            return List.of(Arrays.stream(values())
                    .filter(way -> way.toString().equals(forced))
                    .findFirst()
                    .orElseThrow(() -> new RefusalException(FORCED + " is '" + forced
                            + "', which is no way to compute convolutions; known are "
                            + Arrays.stream(values()).map(Object::toString).collect(Collectors.joining(", ")))));
        }
        return limit(environment).isPresent() ? List.of(FULL, OFF) : List.of(values());
    }

    /** The limit that whoever started this process set. */
    private static Optional<String> limit(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(LIMIT)).or(() -> Optional.ofNullable(environment.get(OLD_LIMIT)));
    }

    /** This way with the limit that it is held within, if there is one. */
    String within(Map<String, String> environment) {
        return this
                + (this == FULL
                        ? limit(environment).map(limit -> " within " + limit).orElse("")
                        : "");
    }

    /**
     * The ways that are left to a process that took this one: oneDNN can be switched off, and given no limit any more.
     */
    List<ConvolutionWay> andLater() {
        return this == OFF ? List.of(OFF) : List.of(this, OFF);
    }

    /** Limits oneDNN in this process for good; of use before the first convolution only. */
    void limitProcess() {
        if (!instructions.isEmpty()) {
            NativeSwitches.setEnvironment(LIMIT, instructions);
        }
    }

    /**
     * Has the next convolutions of this process computed in this way, within the limit that it took.
     *
     * @throws RefusalException if the library that was loaded cannot be configured
     */
    void switchTo() {
        NativeSwitches.ofTorch().oneDnn(this != OFF);
    }

    /** Whether oneDNN computes numbers of 32 bits with AVX2 here, or with less. @param environment of this process */
    boolean computesInAvx2(Map<String, String> environment) {
        return this == AVX2 || (this != OFF && (!Machine.has("avx512f") || keptFromAvx512(environment)));
    }

    /** Whether the environment keeps oneDNN from AVX-512. */
    static boolean keptFromAvx512(Map<String, String> environment) {
        String most = environment.getOrDefault("ONEDNN_MAX_CPU_ISA", environment.getOrDefault("DNNL_MAX_CPU_ISA", ""));
        return BEFORE_AVX512.contains(most.strip().toUpperCase(Locale.ROOT));
    }

    /** Whether it lacks instructions that 16 bits are fast with. */
    boolean slowInSixteenBits() {
        return this == AVX2 || this == OFF;
    }

    /** For a sentence that begins with convolutions being computed. */
    String words() {
        return words;
    }

    /** In lower case, as the environment has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
