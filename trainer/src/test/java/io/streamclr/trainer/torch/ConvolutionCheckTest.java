package io.streamclr.trainer.torch;

import static io.streamclr.trainer.torch.ConvolutionWay.AVX2;
import static io.streamclr.trainer.torch.ConvolutionWay.AVX512;
import static io.streamclr.trainer.torch.ConvolutionWay.FULL;
import static io.streamclr.trainer.torch.ConvolutionWay.OFF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.torch.ConvolutionCheck.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvolutionCheckTest {

    private static final List<ConvolutionWay> ALL = List.of(ConvolutionWay.values());
    private static final List<Convolution> SMALL = List.of(new Convolution(16, 32, 3, 2, 8, 8, 6, 6));
    private static final List<Convolution> WIDE = List.of(new Convolution(256, 512, 1, 2, 8, 8, 6, 6));

    @TempDir
    private Path cache;

    private final List<ConvolutionWay> taken = new ArrayList<>();
    private final List<String> tried = new ArrayList<>();

    @Test
    void aWayThatEndsItsProcessAndAWayThatIsWrongLeadToTheNext() {
        ChildTrial child = new ChildTrial(FaultyTrial.class);

        assertThat(child.fault(FULL, 1, SMALL)).hasValue(new Fault("ended by SIGFPE", true));
        assertThat(child.fault(AVX512, 1, SMALL)).hasValue(new Fault("wrong numbers: half of them", true));
        check(ALL, child, "machine").require(1, SMALL);

        assertThat(taken).containsExactly(AVX2);
    }

    @Test
    void theSlowestWayIsRightInEveryPrecision() {
        ChildTrial child = new ChildTrial(ConvolutionTrial.class);
        List<Convolution> some = List.of(
                new Convolution(3, 16, 3, 1, 16, 16, 5, 6),
                new Convolution(256, 512, 1, 2, 8, 8, 4, 6),
                new Convolution(16, 32, 3, 2, 9, 7, 4, 15),
                new Convolution(16, 32, 1, 1, 8, 8, 4, 5));

        assertThat(child.fault(OFF, 1, some)).isEmpty();
    }

    @Test
    void numbersThatAreOffByHalfOrAreNoneAreNotRight() {
        assertThat(ConvolutionTrial.right(new double[] {4e-7, 8e-7, 3e-4}, 1e-4))
                .isTrue();
        assertThat(ConvolutionTrial.right(new double[] {0.42, 8e-7, 3e-6}, 1e-4))
                .isFalse();
        assertThat(ConvolutionTrial.right(new double[] {4e-7, 0.42, 3e-6}, 1e-4))
                .isFalse();
        assertThat(ConvolutionTrial.right(new double[] {4e-7, 8e-7, 0.42}, 0.04))
                .isFalse();
        assertThat(ConvolutionTrial.right(new double[] {Double.NaN, 8e-7, 3e-6}, 0.04))
                .isFalse();
    }

    @Test
    void aVerdictIsFoundOutOnceForAMachineItsLibraryAndANetwork() {
        check(ALL, wrong(FULL), "machine").require(1, SMALL);
        assertThat(tried).containsExactly("full", "avx512");
        assertThat(taken).containsExactly(AVX512);
        tried.clear();

        check(ALL, wrong(FULL), "machine").require(1, SMALL);
        assertThat(tried).isEmpty();
        assertThat(taken).containsExactly(AVX512, AVX512);

        check(ALL, wrong(FULL), "another machine").require(1, SMALL);
        check(ALL, wrong(FULL), "machine").require(2, SMALL);
        check(ALL, wrong(FULL), "machine").require(1, WIDE);
        check(List.of(FULL, OFF), wrong(FULL), "machine").require(1, SMALL);
        assertThat(tried).containsExactly("full", "avx512", "full", "avx512", "full", "avx512", "full", "off");
    }

    @Test
    void aDamagedVerdictIsFoundOutAgain() throws IOException {
        check(ALL, wrong(FULL), "machine").require(1, SMALL);
        Path verdict = onlyFile();
        String whole = Files.readString(verdict);

        for (String damaged : List.of("", whole.substring(0, 40), whole.replace("avx512", "full"), whole.repeat(9))) {
            Files.writeString(verdict, damaged);
            tried.clear();
            taken.clear();
            check(ALL, wrong(FULL), "machine").require(1, SMALL);
            assertThat(tried).containsExactly("full", "avx512");
            assertThat(taken).containsExactly(AVX512);
        }
    }

    @Test
    void aTrialThatSomebodyEndedIsNoVerdict() {
        ChildTrial child = new ChildTrial(FaultyTrial.class);
        assertThat(child.fault(OFF, 1, SMALL))
                .hasValueSatisfying(fault -> assertThat(fault.lasting()).isFalse());

        check(ALL, (way, threads, convolutions) -> ended(way), "machine").require(1, SMALL);
        check(ALL, wrong(), "machine").require(1, SMALL);

        assertThat(taken).containsExactly(AVX512, FULL);
    }

    private static Optional<Fault> ended(ConvolutionWay way) {
        return way == FULL ? Optional.of(new Fault("ended with status 137", false)) : Optional.empty();
    }

    @Test
    void whereNothingCanBeKeptItIsFoundOutEachTime() throws IOException {
        Path file = Files.createFile(cache.resolve("file"));
        Verdicts nowhere = new Verdicts(file, "machine");

        new ConvolutionCheck(ALL, wrong(), nowhere, taken::add).require(1, SMALL);
        new ConvolutionCheck(ALL, wrong(), nowhere, taken::add).require(1, SMALL);

        assertThat(tried).containsExactly("full", "full");
    }

    @Test
    void aLaterNetworkThatIsWrongInTheWayThatWasTakenIsComputedInTheSlowest() {
        ConvolutionCheck check = check(
                ALL,
                (way, threads, convolutions) -> way != OFF && convolutions.equals(WIDE)
                        ? Optional.of(new Fault("wrong", true))
                        : Optional.empty(),
                "machine");

        check.require(1, SMALL);
        check.require(1, WIDE);
        check.require(1, SMALL);

        assertThat(taken).containsExactly(FULL, OFF);
    }

    @Test
    void aMachineThatIsRightInNoWayIsRefusedWithWhatHappened() {
        ConvolutionCheck check = check(List.of(FULL, OFF), wrong(FULL, OFF), "machine");

        assertThatThrownBy(() -> check.require(1, SMALL))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("full: wrong; off: wrong")
                .hasMessageContaining("another machine");
        assertThat(taken).isEmpty();
    }

    @Test
    void whoLimitsTheInstructionsOrNamesAWayHasThat() {
        assertThat(ConvolutionWay.offered(Map.of())).isEqualTo(ALL);
        assertThat(ConvolutionWay.offered(Map.of("ONEDNN_MAX_CPU_ISA", "AVX"))).containsExactly(FULL, OFF);
        assertThat(ConvolutionWay.offered(Map.of("STREAMCLR_CONVOLUTIONS", "avx2")))
                .containsExactly(AVX2);
        assertThatThrownBy(() -> ConvolutionWay.offered(Map.of("STREAMCLR_CONVOLUTIONS", "fast")))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("full, avx512, avx2, off");
    }

    @Test
    void theLibraryThatWarnsOfEachConvolutionIsOff() {
        try (Torch torch = Torch.open(1)) {
            assertThat(torch.openHandles()).isZero();
            NativeLibrary library =
                    NativeLibrary.getInstance(NativeSwitches.file().toString());
            Pointer context = library.getFunction("_ZN2at13globalContextEv").invokePointer(new Object[0]);

            int used =
                    library.getFunction("_ZNK2at7Context17userEnabledNNPACKEv").invokeInt(new Object[] {context});

            assertThat(used & 0xff).isZero();
        }
    }

    private ConvolutionCheck check(List<ConvolutionWay> offered, ConvolutionCheck.Trial trial, String machine) {
        return new ConvolutionCheck(offered, trial, new Verdicts(cache, machine), taken::add);
    }

    private ConvolutionCheck.Trial wrong(ConvolutionWay... ways) {
        return (way, threads, convolutions) -> {
            tried.add(way.toString());
            return List.of(ways).contains(way) ? Optional.of(new Fault("wrong", true)) : Optional.empty();
        };
    }

    private Path onlyFile() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.reduce((one, other) -> {
                        throw new IllegalStateException(one + " and " + other);
                    })
                    .orElseThrow();
        }
    }
}
