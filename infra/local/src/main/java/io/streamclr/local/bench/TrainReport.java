package io.streamclr.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.bench.GraphicsCard;
import io.streamclr.trainer.bench.StepWork;
import io.streamclr.trainer.bench.TrainBenchmark.Figures;
import io.streamclr.trainer.bench.TrainBenchmark.Setting;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.step.StepParts.Part;
import io.streamclr.trainer.torch.TorchDevice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What {@code bench train} prints.
 *
 * @param card whose data sheet is held beside the figures; empty for none
 */
record TrainReport(Setting setting, Figures figures, Optional<GraphicsCard> card) {

    /** The parts as sentences name them; what is left of a step is between them. */
    private static final Map<Part, String> TITLES = Map.of(
            Part.FORWARD, "forward",
            Part.SECOND_FORWARD, "forward again",
            Part.BACKWARD, "backward",
            Part.LOSS, "loss",
            Part.OPTIMISER, "optimiser",
            Part.COPIES, "copies",
            Part.WAITING, "waiting for other devices");

    List<String> sentences() {
        StepWork work = figures.work();
        List<String> sentences = new ArrayList<>();
        sentences.add(format(
                "%s pairs/s, %s views/s (%.1f ms a step of %d pairs, %d threads on %s), %.1f %% of the time outside native"
                        + " operators%s; loss %.4f, %s",
                rate(figures.pairsPerSecond()),
                rate(2 * figures.pairsPerSecond()),
                1e3 * figures.stepSeconds(),
                setting.pairs(),
                setting.threads(),
                devices(),
                1e2 * figures.outsideNativeShare(),
                memory(),
                figures.loss(),
                figures.finite() ? "all numbers finite" : "NOT all numbers finite"));
        sentences.add("Of a step: "
                + Arrays.stream(Part.values())
                        .map(part -> format("%.1f %% ", 1e2 * figures.shares().get(part)) + TITLES.get(part))
                        .collect(Collectors.joining(", "))
                + format(", %.1f %% between them", 1e2 * between())
                + (setting.cards() > 0 ? "; of steps apart, in which the card was waited for after each part" : ""));
        sentences.add(format(
                "On paper: %.1f million multiply-adds for a view to go forward; %,.2f GFLOP a step, so %,.1f GFLOP/s; about"
                        + " %,.2f GB to and from memory a step, so %,.1f GB/s",
                work.forwardOfAView() / 1e6,
                work.flop() / 1e9,
                work.flop() / 1e9 / figures.stepSeconds(),
                work.bytes() / 1e9,
                work.bytes() / 1e9 / figures.stepSeconds()));
        card.ifPresent(known -> sentences.add(format(
                "By data sheets, not measured: %d x %s would make at most %s pairs/s by arithmetic, and about %s pairs/s by"
                        + " bandwidth",
                cards(),
                known,
                byArithmetic(known).isPresent()
                        ? rate(byArithmetic(known).getAsDouble())
                        : "(its sheet does not say of " + setting.network().precision() + ")",
                rate(byBandwidth(known)))));
        return sentences;
    }

    ObjectNode json() {
        ObjectNode object = new ObjectMapper().createObjectNode();
        object.put("pairs_per_second", figures.pairsPerSecond());
        object.put("views_per_second", 2 * figures.pairsPerSecond());
        object.put("outside_native_share", figures.outsideNativeShare());
        object.put("step_seconds", figures.stepSeconds());
        object.put(
                "peak_bytes",
                figures.peakBytes().isPresent() ? figures.peakBytes().getAsLong() : null);
        ObjectNode cardBytes = object.putObject("card_bytes");
        sorted(figures.cardBytes()).forEach(cardBytes::put);
        object.put("loss", Double.isFinite(figures.loss()) ? figures.loss() : null);
        object.put("finite", figures.finite());
        ObjectNode shares = object.putObject("shares");
        for (Part part : Part.values()) {
            shares.put(part.name().toLowerCase(Locale.ROOT), figures.shares().get(part));
        }
        shares.put("between", between());
        StepWork work = figures.work();
        object.put("view_forward_multiply_adds", work.forwardOfAView());
        object.put("step_flop", work.flop());
        object.put("flop_per_second", work.flop() / figures.stepSeconds());
        object.put("step_bytes", work.bytes());
        object.put("bytes_per_second", work.bytes() / figures.stepSeconds());
        card.ifPresent(known -> {
            ObjectNode most = object.putObject("card");
            most.put("name", known.word());
            most.put("count", cards());
            OptionalDouble arithmetic = byArithmetic(known);
            most.put("most_pairs_per_second_by_arithmetic", arithmetic.isPresent() ? arithmetic.getAsDouble() : null);
            most.put("most_pairs_per_second_by_bandwidth", byBandwidth(known));
        });
        network(object);
        return object;
    }

    private void network(ObjectNode object) {
        object.put("backbone", setting.network().backbone().name());
        if (setting.network().backbone() instanceof ResNet resnet) {
            object.put("depth", resnet.depth());
        }
        setting.network().backbone().facts().forEach(object::putPOJO);
        Norm norm = setting.network().norm();
        object.put("norm", norm.word());
        object.put("size", setting.side());
        object.put("chunk", setting.chunkViews());
        object.put("remember", setting.remembered());
        object.put("precision", setting.network().precision().word());
        object.put("tf32", setting.tf32());
        object.put("threads", setting.threads());
        object.put("batch", setting.pairs());
        object.put("devices", devices());
    }

    private String devices() {
        return TorchDevice.text(setting.devices());
    }

    private double between() {
        return 1
                - figures.shares().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .sum();
    }

    /** Of the asked kind, as many as compute; one where the processor does. */
    private int cards() {
        return Math.max(1, setting.cards());
    }

    private OptionalDouble byArithmetic(GraphicsCard known) {
        OptionalDouble each = known.arithmetic(setting.network().precision(), setting.tf32());
        return each.isPresent()
                ? OptionalDouble.of(setting.pairs()
                        * cards()
                        * each.getAsDouble()
                        / figures.work().flop())
                : each;
    }

    private double byBandwidth(GraphicsCard known) {
        return setting.pairs() * cards() * known.bandwidth() / figures.work().bytes();
    }

    private static Map<String, Long> sorted(Map<TorchDevice, Long> bytes) {
        Map<String, Long> sorted = new TreeMap<>();
        bytes.forEach((device, inUse) -> sorted.put(device.text(), inUse));
        return sorted;
    }

    private String memory() {
        StringBuilder memory = new StringBuilder();
        figures.peakBytes().ifPresent(bytes -> memory.append(format("; %,d MiB of memory at most", bytes >> 20)));
        sorted(figures.cardBytes())
                .forEach((device, bytes) -> memory.append(format("; %,d MiB of %s in use", bytes >> 20, device)));
        return memory.toString();
    }

    private static String rate(double aSecond) {
        return format(aSecond < 10 ? "%.2f" : "%.0f", aSecond);
    }

    private static String format(String sentence, Object... values) {
        return String.format(Locale.ROOT, sentence, values);
    }
}
