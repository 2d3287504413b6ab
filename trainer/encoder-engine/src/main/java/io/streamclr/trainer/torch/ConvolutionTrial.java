package io.streamclr.trainer.torch;

import io.streamclr.schemas.FileFault;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Computes convolutions and their gradients in one way, and holds the numbers against 64 bits, which no library of
 * instructions has a hand in. A process of its own, because what it is about may end it.
 */
final class ConvolutionTrial {

    /** The line that says that it began; whatever happens before has nothing to do with convolutions. */
    static final String BEGUN = "convolutions are tried";
    /** Begins the line before each. */
    static final String NEXT = "tried next: ";
    /** The last line if all numbers are right. */
    static final String RIGHT = "convolutions are right";
    /** Begins the line that says what is not. */
    static final String WRONG = "convolutions are not right: ";

    /** Of the largest number of a result: what rounding comes to, ten times over. Wrong numbers are off by half of it. */
    private static final double MOST_OFF = 1e-4;
    /** The same for 16 bits, of which bfloat16 keeps 8 as digits. */
    private static final double MOST_OFF_IN_16 = 0.04;
    /** A slope of weights is a sum over all pixels of all images, a million of them, whose rounding adds up. */
    private static final double MORE_FOR_WEIGHTS = 10;

    /** The pair of images is repeated as often as it takes, so only two are computed twice. */
    private static final String SCRIPT = """
              def noise(self, shape: List[int], like: Tensor, salt: float) -> Tensor:
                n = 1
                for s in shape:
                  n = torch.mul(n, s)
                x = torch.mul(torch.sin(torch.add(torch.arange(n, dtype=torch.float64, layout=None, device=like.device), salt)), 43758.5453)  # (n)
                return torch.reshape(torch.frac(x), shape)  # as asked for
              def slopes(self, g: Tensor, x: Tensor, w: Tensor, s: int, p: int, groups: int) -> List[Tensor]:
                a, b, c = torch.convolution_backward(g, x, w, None, [s, s], [p, p], [1, 1], False, [0, 0], groups, [True, True, False])  # as x, as w, none
                return [a, b]
              def off(self, got: Tensor, right: Tensor) -> Tensor:
                d = torch.max(torch.abs(torch.sub(torch.to(got, torch.float64), right)))  # ()
                return torch.div(d, torch.max(torch.abs(right)))  # ()
              def off_of_each(self, got: Tensor, pair: Tensor) -> Tensor:
                off = torch.zeros([], dtype=torch.float64, layout=None, device=got.device)  # ()
                for i in range(got.shape[0]):
                  j = i % 2
                  d = torch.max(torch.abs(torch.sub(torch.to(torch.slice(got, 0, i, i + 1), torch.float64), torch.slice(pair, 0, j, j + 1))))  # () from (n, ...) and (2, ...)
                  off = torch.maximum(off, d)  # ()
                return torch.div(off, torch.max(torch.abs(pair)))  # ()
              def off_by(self, c: Tensor) -> Tensor:
                ci = int(c[0])
                co = int(c[1])
                k = int(c[2])
                s = int(c[3])
                n = int(c[6])
                t = int(c[7])
                p = int(c[8])
                groups = int(c[9])
                x = torch.to(torch.to(self.noise([2, ci, int(c[4]), int(c[5])], c, 1.0), t), torch.float64)  # (2, ci, height, width)
                w = torch.to(torch.to(torch.div(self.noise([co, torch.floordiv(ci, groups), k, k], c, 2.0), float(torch.mul(k, k))), t), torch.float64)  # (co, ci / groups, k, k)
                y = torch.conv2d(x, w, None, [s, s], [p, p], [1, 1], groups)  # (2, co, height / s, width / s)
                g = torch.to(torch.to(self.noise([2, co, y.shape[2], y.shape[3]], c, 3.0), t), torch.float64)  # as y
                order = torch.remainder(torch.arange(n, dtype=torch.int64, layout=None, device=c.device), 2)  # (n)
                xs = torch.contiguous(torch.index_select(torch.to(x, t), 0, order), memory_format=torch.channels_last)  # (n, ci, height, width)
                gs = torch.contiguous(torch.index_select(torch.to(g, t), 0, order), memory_format=torch.channels_last)  # as ys
                ws = torch.to(w, t)  # (co, ci / groups, k, k)
                ys = torch.conv2d(xs, ws, None, [s, s], [p, p], [1, 1], groups)  # (n, co, height / s, width / s)
                found = self.slopes(gs, xs, ws, s, p, groups)  # as xs, as ws
                first = self.slopes(torch.slice(g, 0, 0, 1), torch.slice(x, 0, 0, 1), w, s, p, groups)  # (1, ci, height, width), as w
                second = self.slopes(torch.slice(g, 0, 1, 2), torch.slice(x, 0, 1, 2), w, s, p, groups)  # (1, ci, height, width), as w
                more = torch.floordiv(n, 2)
                dw = torch.add(torch.mul(first[1], torch.sub(n, more)), torch.mul(second[1], more))  # as w
                dx = torch.cat([first[0], second[0]])  # as x
                return torch.stack([self.off_of_each(ys, y), self.off_of_each(found[0], dx), self.off(found[1], dw)])  # (3)
            """;

    private static final int ENDED_WITH_THE_PARENT = 137;

    private ConvolutionTrial() {}

    /** @param arguments the way, the number of threads, and the convolutions */
    public static void main(String[] arguments) {
        belongToTheParent();
        ConvolutionWay way = ConvolutionWay.valueOf(arguments[0]);
        List<Convolution> convolutions =
                Arrays.stream(arguments).skip(2).map(Convolution::parse).toList();
        String verdict;
        try (Torch torch = Torch.open(Integer.parseInt(arguments[1]))) {
            way.limitProcess();
            way.switchTo();
            System.out.println(BEGUN);
            verdict = verdict(torch, way, convolutions);
        }
        System.out.println(verdict);
        System.out.flush();
        // What wrote outside its memory may yet fail in taking itself apart.
        Runtime.getRuntime().halt(0);
    }

    /**
     * Leaves signals of the terminal to the parent, which may still need the verdict to end in order, and ends when it ends,
     * in whatever way: it never writes to the pipe between them.
     */
    static void belongToTheParent() {
        NativeSwitches.ignoreSignalsOfTheTerminal();
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            continue;
                        }
                    } catch (IOException gone) {
                        System.err.println("The parent is gone: " + FileFault.of(gone));
                    }
                    Runtime.getRuntime().halt(ENDED_WITH_THE_PARENT);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
    }

    private static String verdict(Torch torch, ConvolutionWay way, List<Convolution> convolutions) {
        try (Script script = torch.compile(SCRIPT)) {
            for (Convolution convolution : convolutions) {
                boolean narrow = convolution.inSixteenBits();
                Convolution tried = convolution.tried(way);
                System.out.println(NEXT + tried);
                try (Scope scope = torch.scope()) {
                    double[] off = script.one(scope, "off_by", scope.hostLongs(tried.numbers()))
                            .doubles();
                    if (!right(off, narrow ? MOST_OFF_IN_16 : MOST_OFF)) {
                        return WRONG + "wrong numbers: of " + tried
                                + " outputs and slopes of inputs and weights are off by up to " + Arrays.toString(off)
                                + " of the largest";
                    }
                }
            }
        } catch (IllegalStateException failed) {
            // PyTorch says that it cannot; the same may come of a lack of memory, which is no fault of the way.
            String reason = String.valueOf(failed.getMessage()).lines().collect(Collectors.joining(" "));
            if (reason.contains("memory")) {
                throw failed;
            }
            return WRONG + reason;
        }
        return RIGHT;
    }

    /** @param off of outputs, slopes of inputs, and slopes of weights; what is not finite is not right */
    static boolean right(double[] off, double most) {
        return off[0] <= most && off[1] <= most && off[2] <= MORE_FOR_WEIGHTS * most;
    }
}
