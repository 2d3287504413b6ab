package io.streamclr.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import com.sun.jna.Structure;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a forward pass is said to keep of an image is what the C library has handed out for it. */
class KeptTest {

    private static final int SIDE = 32;
    private static final int FEW = 2;
    private static final int MANY = 6;
    private static final int TIMES = 40;
    private static final double OFF = 0.01;

    /** glibc's account of what it has handed out; a processor's tensors come from there. */
    @Structure.FieldOrder({
        "arena",
        "ordblks",
        "smblks",
        "hblks",
        "hblkhd",
        "usmblks",
        "fsmblks",
        "uordblks",
        "fordblks",
        "keepcost"
    })
    public static class Account extends Structure implements Structure.ByValue {
        public long arena;
        public long ordblks;
        public long smblks;
        public long hblks;
        public long hblkhd;
        public long usmblks;
        public long fsmblks;
        public long uordblks;
        public long fordblks;
        public long keepcost;
    }

    @BeforeAll
    static void onlyWhereTheCLibraryTells() {
        try {
            account();
        } catch (UnsatisfiedLinkError otherLibrary) {
            Assumptions.abort("This C library has no mallinfo2, so it cannot be asked");
        }
    }

    static Stream<NetworkPlan> networks() {
        Backbone basic = new ResNet(18, 0.5, 1, Stem.SMALL2, 2, true);
        Stream<NetworkPlan> resnets = Stream.of(
                plan(basic, Norm.BATCH, Precision.FLOAT32),
                plan(basic, Norm.GROUP, Precision.BFLOAT16),
                plan(new ResNet(50, 0.25, 1, Stem.IMAGENET, 1, false), Norm.BATCH, Precision.BFLOAT16),
                plan(new ResNet(50, 0.25, 2, Stem.SMALL2, 1, false), Norm.GROUP, Precision.FLOAT32));
        Backbone vit = new VisionTransformer(3, 128, 8, SIDE, false);
        Stream<NetworkPlan> others = Stream.of(
                plan(vit, Norm.GROUP, Precision.FLOAT32),
                plan(vit, Norm.GROUP, Precision.BFLOAT16),
                plan(new ConvNext(List.of(1, 2, 2, 1), 32, Stem.SMALL2), Norm.GROUP, Precision.FLOAT32));
        return Stream.concat(resnets, others);
    }

    private static NetworkPlan plan(Backbone backbone, Norm norm, Precision precision) {
        return new NetworkPlan(backbone, new HeadPlan(2, 0, 64, 0), norm, Normalisation.NONE, precision);
    }

    @ParameterizedTest
    @MethodSource("networks")
    void anImageLeavesAsManyBytesAsThePlanSays(NetworkPlan plan) {
        Architecture architecture = Architecture.of(plan);
        try (Torch torch = Torch.open(1);
                Network network = Network.of(torch, architecture, architecture.initialValues(1))) {
            handedOut(torch, network, MANY);
            handedOut(torch, network, FEW); // what is made once for a number of images is made
            // Other threads of the process ask for memory, and give it back, during some of these but not during all.
            List<Double> found = new ArrayList<>();
            double expected = plan.keptBytes(SIDE, SIDE);
            do {
                found.add((handedOut(torch, network, MANY) - handedOut(torch, network, FEW)) / (double) (MANY - FEW));
            } while (found.size() < TIMES && Math.abs(found.get(found.size() - 1) / expected - 1) > OFF);

            assertThat(found).last(InstanceOfAssertFactories.DOUBLE).isCloseTo(expected, withPercentage(100 * OFF));
        }
    }

    private static long handedOut(Torch torch, Network network, int images) {
        byte[] noise = new byte[images * SIDE * SIDE * 3];
        new Random(1).nextBytes(noise);
        ByteBuffer pixels = ByteBuffer.allocateDirect(noise.length).put(noise).flip();
        try (Scope scope = torch.scope()) {
            Tensor shown = scope.bytes(pixels, images, SIDE, SIDE, 3);
            long before = account();
            network.forwardWithGraph(scope, shown, 0);
            return account() - before;
        }
    }

    private static long account() {
        Account account = (Account) NativeLibrary.getInstance(Platform.C_LIBRARY_NAME)
                .getFunction("mallinfo2")
                .invoke(Account.class, new Object[0]);
        return account.uordblks + account.hblkhd;
    }

    @Test
    void aResNet50KeepsOfAnImageOfImageNetWhatItsMapsTakeInSixteenBits() {
        NetworkPlan plan = new NetworkPlan(
                50, 1, Stem.IMAGENET, HeadPlan.REFERENCE, false, Normalisation.NONE, Precision.BFLOAT16);

        assertThat(plan.keptBytes(224, 224)).isBetween(43_000_000L, 47_000_000L);
        assertThat(plan.with(Precision.FLOAT32).keptBytes(224, 224)).isBetween(84_000_000L, 92_000_000L);
    }
}
