package io.streamclr.trainer.torch;

import java.util.List;

/** Stands for a trial on a faulty machine: full speed ends the process, the next way computes wrong numbers. */
public final class FaultyTrial {

    private FaultyTrial() {}

    /** @param arguments as a trial's */
    public static void main(String[] arguments) throws Exception {
        switch (ConvolutionWay.valueOf(arguments[0])) {
            case FULL ->
                new ProcessBuilder(List.of(
                                "kill",
                                "-FPE",
                                Long.toString(ProcessHandle.current().pid())))
                        .inheritIO()
                        .start()
                        .waitFor();
            case AVX512 -> System.out.println(ConvolutionTrial.WRONG + "half of them");
            default -> System.out.println(ConvolutionTrial.RIGHT);
        }
    }
}
