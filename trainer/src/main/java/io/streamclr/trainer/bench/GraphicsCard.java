package io.streamclr.trainer.bench;

import io.streamclr.trainer.form.Word;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What cards can do at most by NVIDIA's data sheets of the T4, L4, A100, H100 and H200 Tensor Core GPUs. Where a sheet gives
 * figures with sparsity alone, which a network like ours has not, they are halved. Nothing here was measured.
 */
public enum GraphicsCard implements Word {
    T4("t4", 320, 8.1, 0, 0, 65, "Tesla T4", "NVIDIA T4"),
    L4("l4", 300, 30.3, 60, 121, 121, "NVIDIA L4"),
    A100_40GB("a100-40gb", 1555, 19.5, 156, 312, 312, "NVIDIA A100-SXM4-40GB", "NVIDIA A100-PCIE-40GB"),
    A100_80GB_PCIE("a100-80gb-pcie", 1935, 19.5, 156, 312, 312, "NVIDIA A100 80GB PCIe"),
    A100_80GB_SXM("a100-80gb-sxm", 2039, 19.5, 156, 312, 312, "NVIDIA A100-SXM4-80GB"),
    H100_PCIE("h100-pcie", 2000, 51, 378, 756, 756, "NVIDIA H100 PCIe"),
    H100_SXM("h100-sxm", 3350, 67, 494, 989, 989, "NVIDIA H100 80GB HBM3"),
    H200("h200", 4800, 67, 494, 989, 989, "NVIDIA H200");

    /** Where the driver has a folder for each card. */
    private static final Path DRIVER = Path.of("/proc/driver/nvidia/gpus");

    private static final Pattern MODEL = Pattern.compile("(?m)^Model:\\s+(.*\\S)\\s*$");

    private final String word;
    private final double gigabytes;
    private final double float32;
    private final double tf32;
    private final double bfloat16;
    private final double float16;
    private final List<String> models;

    /** @param gigabytes a second; the kinds of numbers in 10^12 operations a second, 0 where the sheet says nothing */
    GraphicsCard(
            String word,
            double gigabytes,
            double float32,
            double tf32,
            double bfloat16,
            double float16,
            String... models) {
        this.word = word;
        this.gigabytes = gigabytes;
        this.float32 = float32;
        this.tf32 = tf32;
        this.bfloat16 = bfloat16;
        this.float16 = float16;
        this.models = List.of(models);
    }

    /** The kind of this machine's cards, by the driver; empty where it is not in the table, or they differ. */
    public static Optional<GraphicsCard> ofThisMachine() {
        return of(DRIVER);
    }

    static Optional<GraphicsCard> of(Path driver) {
        Set<String> found = new TreeSet<>();
        try (DirectoryStream<Path> cards = Files.newDirectoryStream(driver)) {
            for (Path card : cards) {
                Matcher model = MODEL.matcher(Files.readString(card.resolve("information")));
                found.add(model.find() ? model.group(1) : "");
            }
        } catch (IOException nobodySays) {
            return Optional.empty();
        }
        // The driver's order is not always PyTorch's, so cards that differ are not told apart.
        return found.size() == 1
                ? Arrays.stream(values())
                        .filter(card -> card.models.containsAll(found))
                        .findFirst()
                : Optional.empty();
    }

    /** Bytes a second from and to its memory. */
    public double bandwidth() {
        return gigabytes * 1e9;
    }

    /**
     * Floating-point operations a second; empty where the data sheet does not say. In 16 bits these are of what is computed
     * in them, though some of a network is not.
     */
    public OptionalDouble arithmetic(Precision precision, boolean allowTf32) {
        double teraflop =
                switch (precision) {
                    case FLOAT32 -> allowTf32 && tf32 > 0 ? tf32 : float32;
                    case BFLOAT16 -> bfloat16;
                    case FLOAT16 -> float16;
                };
        return teraflop > 0 ? OptionalDouble.of(teraflop * 1e12) : OptionalDouble.empty();
    }

    @Override
    public String word() {
        return word;
    }

    /** As the command line has it. */
    @Override
    public String toString() {
        return word;
    }
}
