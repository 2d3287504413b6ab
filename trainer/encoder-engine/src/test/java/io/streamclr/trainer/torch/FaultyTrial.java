package io.streamclr.trainer.torch;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Stands for a trial on a faulty machine: at the last convolution, full speed ends the process, the next way computes wrong
 * numbers, and somebody ends the last.
 */
public final class FaultyTrial {

    /** Instead of a number of threads: it dies at once. */
    static final String BEFORE_IT_BEGINS = "97";
    /** Instead of a number of threads: it comes to no end. */
    static final String FOR_EVER = "98";

    /** Computes for ever. */
    static final Convolution IN_A_CIRCLE = new Convolution(1, 1, 1, 1, 1, 1, 1, 6);

    /** Writes a byte past its memory, and says that all is right. */
    static final Convolution TOO_FAR = new Convolution(2, 1, 1, 1, 1, 1, 1, 6);

    /** Reads what nobody wrote, and says that all is right if that is 0. */
    static final Convolution READ_TOO_EARLY = new Convolution(3, 1, 1, 1, 1, 1, 1, 6);

    private FaultyTrial() {}

    /** @param arguments as a trial's */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        ConvolutionTrial.belongToTheParent();
        if (arguments[1].equals(BEFORE_IT_BEGINS)) {
            signal("SEGV");
        }
        System.out.println(ConvolutionTrial.BEGUN);
        if (arguments[1].equals(FOR_EVER)) {
            new CountDownLatch(1).await();
        }
        while (arguments[2].equals(IN_A_CIRCLE.toString())) {
            Thread.onSpinWait();
        }
        if (arguments[2].equals(TOO_FAR.toString())) {
            Pointer memory = new Pointer(Native.malloc(24));
            memory.setByte(24, (byte) 0);
            Native.free(Pointer.nativeValue(memory));
            System.out.println(ConvolutionTrial.RIGHT);
            return;
        }
        if (arguments[2].equals(READ_TOO_EARLY.toString())) {
            Pointer memory = new Pointer(Native.malloc(4096));
            boolean zero = memory.getFloat(2048) == 0;
            System.out.println(zero ? ConvolutionTrial.RIGHT : ConvolutionTrial.WRONG + "what nobody wrote");
            return;
        }
        for (int i = 2; i < arguments.length; i++) {
            System.out.println(ConvolutionTrial.NEXT + arguments[i]);
        }
        switch (ConvolutionWay.valueOf(arguments[0])) {
            case FULL -> signal("FPE");
            case AVX512 -> System.out.println(ConvolutionTrial.WRONG + "half of the numbers");
            case OFF -> signal("KILL");
            default -> System.out.println(ConvolutionTrial.RIGHT);
        }
    }

    private static void signal(String name) throws IOException, InterruptedException {
        String own = Long.toString(ProcessHandle.current().pid());
        new ProcessBuilder(List.of("kill", "-" + name, own)).inheritIO().start().waitFor();
        // Until it arrives.
        new CountDownLatch(1).await();
    }
}
