package io.streamclr.trainer.torch;

import static io.streamclr.trainer.torch.ConvolutionWay.AVX2;
import static io.streamclr.trainer.torch.ConvolutionWay.AVX512;
import static io.streamclr.trainer.torch.ConvolutionWay.FULL;
import static io.streamclr.trainer.torch.ConvolutionWay.OFF;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.torch.ConvolutionCheck.Fault;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
        ChildTrial child = new ChildTrial(FaultyTrial.class, System.getenv());

        assertThat(child.fault(FULL, 1, SMALL)).hasValue(new Fault("ended by SIGFPE", true, 1));
        assertThat(child.fault(AVX512, 1, SMALL)).hasValue(new Fault("half of the numbers", true, 1));
        check(ALL, child, "machine").way(1, SMALL);

        assertThat(taken).containsExactly(AVX2);
    }

    @Test
    void whatBeginsAsAnotherThatWasWrongIsNotTriedInThatWayAgain() {
        List<Convolution> first = List.of(WIDE.get(0), SMALL.get(0), WIDE.get(0));
        ConvolutionCheck.Trial second = (way, threads, convolutions) -> {
            tried.add(way + " " + convolutions.size());
            return way == FULL && convolutions.size() > 1 ? Optional.of(new Fault("wrong", true, 2)) : Optional.empty();
        };
        check(ALL, second, "machine").way(1, first);
        assertThat(tried).containsExactly("full 3", "avx512 3");
        tried.clear();

        check(ALL, second, "machine").way(1, first.subList(0, 2));
        assertThat(tried).containsExactly("avx512 2");
        tried.clear();

        check(ALL, second, "machine").way(1, WIDE);
        check(ALL, second, "machine").way(2, first);
        check(ALL, second, "another machine").way(1, first);
        check(ALL, second, "machine").way(1, first.subList(1, 3));
        assertThat(tried).containsExactly("full 1", "full 3", "avx512 3", "full 3", "avx512 3", "full 2", "avx512 2");
        tried.clear();

        ConvolutionCheck keepsNothing =
                new ConvolutionCheck(ALL, second, new Verdicts(Optional.empty(), "machine"), taken::add);
        keepsNothing.fastInSixteenBits(1, first);
        keepsNothing.fastInSixteenBits(1, first.subList(0, 2));
        assertThat(tried).as("in the same process").containsExactly("full 3", "avx512 3", "avx512 2");
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
        check(ALL, wrong(FULL), "machine").way(1, SMALL);
        assertThat(tried).containsExactly("full", "avx512");
        assertThat(taken).containsExactly(AVX512);
        tried.clear();

        check(ALL, wrong(FULL), "machine").way(1, SMALL);
        assertThat(tried).isEmpty();
        assertThat(taken).containsExactly(AVX512, AVX512);

        check(ALL, wrong(FULL), "another machine").way(1, SMALL);
        check(ALL, wrong(FULL), "machine").way(2, SMALL);
        check(ALL, wrong(FULL), "machine").way(1, WIDE);
        check(List.of(FULL, OFF), wrong(FULL), "machine").way(1, SMALL);
        assertThat(tried).containsExactly("full", "avx512", "full", "avx512", "full", "avx512", "full", "off");
    }

    @Test
    void aDamagedVerdictIsFoundOutAgain() throws IOException {
        check(ALL, wrong(FULL), "machine").way(1, SMALL);
        Path verdict = onlyFile();
        String whole = Files.readString(verdict);

        for (String damaged : List.of("", whole.substring(0, 40), whole.replace("avx512", "full"), whole.repeat(9))) {
            Files.writeString(verdict, damaged);
            tried.clear();
            taken.clear();
            check(ALL, wrong(FULL), "machine").way(1, SMALL);
            assertThat(tried).containsExactly("full", "avx512");
            assertThat(taken).containsExactly(AVX512);
        }
    }

    @Test
    void aTrialThatSomebodyEndedIsMadeOnceMoreAndLeadsToNoSlowerWay() {
        ChildTrial child = new ChildTrial(FaultyTrial.class, System.getenv());
        assertThat(child.fault(OFF, 1, SMALL))
                .hasValueSatisfying(fault -> assertThat(fault.lasting()).isFalse());

        check(ALL, ended(1), "machine").way(1, SMALL);
        assertThat(tried).containsExactly("full", "full");
        assertThat(taken).containsExactly(FULL);
    }

    @Test
    void aTrialThatIsEndedAgainAndAgainIsRefusedAndNoVerdict() {
        assertThatThrownBy(() -> check(ALL, ended(2), "machine").way(1, SMALL))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining(
                        "could not be tried, because the second process for it ended with status 137, and" + " again")
                .hasMessageContaining("memory");
        assertThat(tried).containsExactly("full", "full");
        assertThat(taken).isEmpty();

        check(ALL, wrong(), "machine").way(1, SMALL);
        assertThat(taken).containsExactly(FULL);
    }

    private ConvolutionCheck.Trial ended(int times) {
        return (way, threads, convolutions) -> {
            tried.add(way.toString());
            return tried.size() <= times ? Optional.of(new Fault("ended with status 137", false)) : Optional.empty();
        };
    }

    @Test
    void verdictsAreKeptOnlyWhereNobodyElseMayWrite() throws IOException {
        int user = NativeSwitches.user();
        Path home = Files.createDirectory(cache.resolve("home"));
        Path shared = Files.createDirectory(cache.resolve("shared"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThat(Verdicts.folder(Map.of(), home.toString(), user))
                .hasValue(home.resolve(".cache/streamclr/convolutions"));
        assertThat(Verdicts.folder(Map.of("XDG_CACHE_HOME", "/caches"), "?", user))
                .hasValue(Path.of("/caches/streamclr/convolutions"));
        for (String none : List.of("?", "", "relative", shared.toString(), home + "/missing")) {
            assertThat(Verdicts.folder(Map.of(), none, user)).as(none).isEmpty();
        }
        assertThat(Verdicts.folder(Map.of(), home.toString(), user + 1)).isEmpty();
        new ConvolutionCheck(ALL, wrong(), new Verdicts(Optional.empty(), "machine"), taken::add).way(1, SMALL);
        assertThat(taken).containsExactly(FULL);
    }

    @Test
    void aFullDiskLeavesNoPartOfAVerdict() throws IOException {
        Configuration small = Configuration.unix().toBuilder()
                .setBlockSize(1024)
                .setMaxSize(1024)
                .build();
        try (FileSystem disk = Jimfs.newFileSystem(small)) {
            Files.write(disk.getPath("/full"), new byte[1024]);
            Path folder = disk.getPath("/verdicts");

            new ConvolutionCheck(ALL, wrong(), new Verdicts(Optional.of(folder), "machine"), taken::add).way(1, SMALL);

            assertThat(taken).containsExactly(FULL);
            try (Stream<Path> left = Files.list(folder)) {
                assertThat(left).isEmpty();
            }
        }
    }

    @Test
    void aWayIsNamedWithTheLimitThatItIsHeldWithin() {
        assertThat(FULL.within(Map.of())).isEqualTo("full");
        assertThat(FULL.within(Map.of("ONEDNN_MAX_CPU_ISA", "AVX"))).isEqualTo("full within AVX");
        assertThat(OFF.within(Map.of("ONEDNN_MAX_CPU_ISA", "AVX"))).isEqualTo("off");
    }

    @Test
    void whereNothingCanBeKeptItIsFoundOutEachTime() throws IOException {
        Path file = Files.createFile(cache.resolve("file"));
        Verdicts nowhere = new Verdicts(Optional.of(file), "machine");

        new ConvolutionCheck(ALL, wrong(), nowhere, taken::add).way(1, SMALL);
        new ConvolutionCheck(ALL, wrong(), nowhere, taken::add).way(1, SMALL);

        assertThat(tried).containsExactly("full", "full");
    }

    @Test
    void aLaterNetworkThatIsWrongInTheWayThatWasTakenIsComputedInTheSlowestAndTheFirstStaysAsItIs() {
        ConvolutionCheck check = check(ALL, wrongFor(WIDE, FULL, AVX512, AVX2), "machine");

        assertThat(check.way(1, SMALL)).isEqualTo(FULL);
        assertThat(check.way(1, WIDE)).isEqualTo(OFF);
        assertThat(check.way(1, SMALL)).isEqualTo(FULL);

        assertThat(taken).containsExactly(FULL);
    }

    @Test
    void theFirstNetworkLimitsAProcessForAllThatComeLater() {
        ConvolutionCheck check = check(ALL, wrongFor(WIDE, FULL, AVX512), "machine");

        assertThat(check.way(1, WIDE)).isEqualTo(AVX2);
        assertThat(check.way(1, SMALL)).isEqualTo(AVX2);

        assertThat(taken).containsExactly(AVX2);
        assertThat(check(ALL, wrongFor(WIDE, FULL, AVX512), "machine").way(1, SMALL))
                .as("alone")
                .isEqualTo(FULL);
    }

    @Test
    void aWayThatIsPreferredIsTakenIfItIsRightAndNothingWasTakenBefore() {
        ConvolutionCheck check = check(ALL, wrongFor(WIDE, FULL), "machine");

        check.prefer(AVX2);
        assertThat(check.way(1, SMALL)).isEqualTo(AVX2);
        check.prefer(OFF);
        assertThat(check.way(2, SMALL)).isEqualTo(AVX2);

        ConvolutionCheck another = check(ALL, wrongFor(WIDE, FULL), "machine");
        another.prefer(FULL);
        assertThat(another.way(1, WIDE)).as("the preferred one is wrong").isEqualTo(AVX512);
        ConvolutionCheck forced = check(List.of(OFF), wrongFor(WIDE, FULL), "machine");
        forced.prefer(FULL);
        assertThat(forced.way(1, SMALL)).as("what is not offered").isEqualTo(OFF);
    }

    @Test
    void sixteenBitsAreFastWhereOneOfTheWaysThatHaveInstructionsForThemIsRight() {
        assertThat(check(ALL, wrong(), "one").fastInSixteenBits(1, SMALL)).isTrue();
        assertThat(check(ALL, wrong(FULL), "two").fastInSixteenBits(1, SMALL)).isTrue();
        assertThat(check(ALL, wrong(FULL, AVX512), "three").fastInSixteenBits(1, SMALL))
                .isFalse();
        assertThat(check(List.of(OFF), wrong(), "four").fastInSixteenBits(1, SMALL))
                .isFalse();

        assertThat(tried).containsExactly("full", "full", "avx512", "full", "avx512");
        assertThat(taken).as("nothing is chosen by that").isEmpty();
    }

    @Test
    void whetherSixteenBitsAreFastIsFoundOutOnceForAMachine() {
        check(ALL, wrong(FULL, AVX512), "machine").fastInSixteenBits(1, SMALL);
        ConvolutionCheck again = check(ALL, wrong(), "machine");

        assertThat(again.fastInSixteenBits(1, SMALL)).isFalse();
        assertThat(again.way(1, SMALL)).as("another question").isEqualTo(FULL);
        assertThat(tried).containsExactly("full", "avx512", "full");
    }

    private static ConvolutionCheck.Trial wrongFor(List<Convolution> these, ConvolutionWay... ways) {
        return (way, threads, convolutions) ->
                convolutions.equals(these) && List.of(ways).contains(way)
                        ? Optional.of(new Fault("wrong", true))
                        : Optional.empty();
    }

    @Test
    void aMachineThatIsRightInNoWayIsRefusedWithWhatHappened() {
        ConvolutionCheck check = check(List.of(FULL, OFF), wrong(FULL, OFF), "machine");

        assertThatThrownBy(() -> check.way(1, SMALL))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("full: wrong; off: wrong")
                .hasMessageContaining("another machine");
        assertThat(taken).isEmpty();
    }

    @Test
    void instructionsThatTheEnvironmentForbidsAreNotCountedOn() {
        assertThat(ConvolutionWay.keptFromAvx512(Map.of("ONEDNN_MAX_CPU_ISA", "avx2")))
                .isTrue();
        assertThat(ConvolutionWay.keptFromAvx512(Map.of("DNNL_MAX_CPU_ISA", "SSE41")))
                .isTrue();
        assertThat(ConvolutionWay.keptFromAvx512(Map.of("DNNL_MAX_CPU_ISA", "AVX512_CORE")))
                .isFalse();
        assertThat(ConvolutionWay.keptFromAvx512(Map.of())).isFalse();
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
        return new ConvolutionCheck(offered, trial, new Verdicts(Optional.of(cache), machine), taken::add);
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
