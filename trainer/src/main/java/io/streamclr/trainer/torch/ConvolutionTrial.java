package io.streamclr.trainer.torch;

import java.util.Arrays;
import java.util.List;

/**
 * Computes convolutions and their gradients in one way, and holds the numbers against 64 bits, which no library of
 * instructions has a hand in. A process of its own, because what it is about may end it.
 */
final class ConvolutionTrial {

    /** The last line if all numbers are right. */
    static final String RIGHT = "convolutions are right";
    /** Begins the line that says which numbers are wrong. */
    static final String WRONG = "convolutions are wrong: ";

    /** Of the largest number of a result: what rounding comes to, ten times over. Wrong numbers are off by half of it. */
    private static final double MOST_OFF = 1e-4;
    /** The same for 16 bits, of which bfloat16 keeps 8 as digits. */
    private static final double MOST_OFF_IN_16 = 0.04;
    /** A slope of weights is a sum over all pixels of all images, a million of them, whose rounding adds up. */
    private static final double MORE_FOR_WEIGHTS = 10;

    /** One pair of images stands behind the other as often as it takes, so only two are computed twice. */
    private static final String SCRIPT = """
              def noise(self, shape: List[int], like: Tensor, salt: float) -> Tensor:
                n = 1
                for s in shape:
                  n = torch.mul(n, s)
                x = torch.mul(torch.sin(torch.add(torch.arange(n, dtype=7, layout=None, device=like.device), salt)), 43758.5453)
                return torch.reshape(torch.frac(x), shape)
              def slopes(self, g: Tensor, x: Tensor, w: Tensor, s: int, p: int) -> List[Tensor]:
                a, b, c = torch.convolution_backward(g, x, w, None, [s, s], [p, p], [1, 1], False, [0, 0], 1, [True, True, False])
                return [a, b]
              def off(self, got: Tensor, right: Tensor) -> Tensor:
                d = torch.max(torch.abs(torch.sub(torch.to(got, 7), right)))
                return torch.div(d, torch.max(torch.abs(right)))
              def off_by(self, c: Tensor) -> Tensor:
                ci = int(c[0])
                co = int(c[1])
                k = int(c[2])
                s = int(c[3])
                n = int(c[6])
                t = int(c[7])
                p = torch.floordiv(k, 2)
                x = torch.to(torch.to(self.noise([2, ci, int(c[4]), int(c[5])], c, 1.0), t), 7)
                w = torch.to(torch.to(torch.div(self.noise([co, ci, k, k], c, 2.0), float(torch.mul(k, k))), t), 7)
                y = torch.conv2d(x, w, None, [s, s], [p, p])
                g = torch.to(torch.to(self.noise([2, co, y.shape[2], y.shape[3]], c, 3.0), t), 7)
                order = torch.remainder(torch.arange(n, dtype=4, layout=None, device=c.device), 2)
                xs = torch.contiguous(torch.to(torch.index_select(x, 0, order), t), memory_format=2)
                gs = torch.contiguous(torch.to(torch.index_select(g, 0, order), t), memory_format=2)
                ws = torch.to(w, t)
                ys = torch.conv2d(xs, ws, None, [s, s], [p, p])
                found = self.slopes(gs, xs, ws, s, p)
                first = self.slopes(torch.slice(g, 0, 0, 1), torch.slice(x, 0, 0, 1), w, s, p)
                second = self.slopes(torch.slice(g, 0, 1, 2), torch.slice(x, 0, 1, 2), w, s, p)
                more = torch.floordiv(n, 2)
                dw = torch.add(torch.mul(first[1], torch.sub(n, more)), torch.mul(second[1], more))
                dx = torch.index_select(torch.cat([first[0], second[0]]), 0, order)
                return torch.stack([self.off(ys, torch.index_select(y, 0, order)), self.off(found[0], dx), self.off(found[1], dw)])
            """;

    private ConvolutionTrial() {}

    /** @param arguments the way, the number of threads, and the convolutions */
    public static void main(String[] arguments) {
        ConvolutionWay way = ConvolutionWay.valueOf(arguments[0]);
        List<Convolution> convolutions =
                Arrays.stream(arguments).skip(2).map(Convolution::parse).toList();
        String verdict;
        try (Torch torch = Torch.open(Integer.parseInt(arguments[1]))) {
            way.take();
            verdict = verdict(torch, way, convolutions);
        }
        System.out.println(verdict);
        System.out.flush();
        // What wrote outside its memory may yet fail in taking itself apart.
        Runtime.getRuntime().halt(0);
    }

    private static String verdict(Torch torch, ConvolutionWay way, List<Convolution> convolutions) {
        try (Script script = torch.compile(SCRIPT)) {
            for (Convolution convolution : convolutions) {
                boolean narrow = convolution.inSixteenBits();
                Convolution tried = convolution.tried(way);
                try (Scope scope = torch.scope()) {
                    double[] off = script.one(scope, "off_by", scope.longs(tried.numbers(), tried.numbers().length))
                            .doubles();
                    if (!right(off, narrow ? MOST_OFF_IN_16 : MOST_OFF)) {
                        return WRONG + "of " + tried + " outputs and slopes of inputs and weights are off by up to "
                                + Arrays.toString(off) + " of the largest";
                    }
                }
            }
        }
        return RIGHT;
    }

    /** @param off of outputs, slopes of inputs, and slopes of weights; what is not finite is not right */
    static boolean right(double[] off, double most) {
        return off[0] <= most && off[1] <= most && off[2] <= MORE_FOR_WEIGHTS * most;
    }
}
