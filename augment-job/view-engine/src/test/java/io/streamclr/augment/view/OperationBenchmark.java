package io.streamclr.augment.view;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.schemas.record.CropBox;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Microseconds that each operation takes on one view; JMH's own main class runs it. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OperationBenchmark {

    /** Height and width of the view, in pixels. */
    @Param({"224", "32"})
    public int side;

    private Canvas canvas;
    private Pixels photograph;
    private final Resampler bilinear = new Resampler(Filter.BILINEAR);
    private final Resampler bicubic = new Resampler(Filter.BICUBIC);

    /** Noise: no operation has an easy case in it. */
    @Setup
    public void paint() {
        SplittableRandom random = new SplittableRandom(1);
        canvas = new Canvas(side);
        for (float[] plane : canvas.planes) {
            for (int i = 0; i < plane.length; i++) {
                plane[i] = (float) (255 * random.nextDouble());
            }
        }
        byte[] rgb = new byte[3 * 500 * 375];
        random.nextBytes(rgb);
        photograph = new Pixels(500, 375, rgb);
    }

    @Benchmark
    public Object cropBilinear() {
        bilinear.resample(photograph, new CropBox(50, 30, 340, 300), canvas);
        return canvas;
    }

    @Benchmark
    public Object cropBicubic() {
        bicubic.resample(photograph, new CropBox(50, 30, 340, 300), canvas);
        return canvas;
    }

    @Benchmark
    public Object flip() {
        return applied(new Flip(), new double[0]);
    }

    @Benchmark
    public Object brightness() {
        return applied(new Blend(Blend.Toward.BLACK, 0.8), new double[] {1.01});
    }

    @Benchmark
    public Object contrast() {
        return applied(new Blend(Blend.Toward.MEAN, 0.8), new double[] {1.01});
    }

    @Benchmark
    public Object saturation() {
        return applied(new Blend(Blend.Toward.GREY, 0.8), new double[] {1.01});
    }

    @Benchmark
    public Object hue() {
        return applied(new Hue(0.2), new double[] {0.05});
    }

    @Benchmark
    public Object grey() {
        return applied(new Grey(), new double[0]);
    }

    @Benchmark
    public Object blur() {
        return applied(new Blur(Blur.tapsFor(side, 0.1), 0.1, 2), new double[] {1.05});
    }

    @Benchmark
    public Object solarize() {
        return applied(new Solarize(128), new double[0]);
    }

    @Benchmark
    public Object pack() {
        return List.of(canvas.pack());
    }

    private Canvas applied(Operation operation, double[] values) {
        operation.apply(canvas, values);
        return canvas;
    }
}
