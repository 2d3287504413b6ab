package io.streamclr.it;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.PrintStream;
import java.util.Set;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;

/** The plan of the house, as the build holds it: who may know whom. */
@AnalyzeClasses(packages = "io.streamclr", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {

    private static final Set<String> INEXACT_MATHS = Set.of(
            "sin", "cos", "tan", "asin", "acos", "atan", "exp", "log", "log10", "pow", "cbrt", "atan2", "sinh", "cosh",
            "tanh", "hypot", "expm1", "log1p", "fma");

    /** The rooms of the encoder engine, which lies in the trainer's folder. */
    private static final String[] ENCODER_ENGINE = {
        "io.streamclr.trainer.torch..",
        "io.streamclr.trainer.model..",
        "io.streamclr.trainer.form..",
        "io.streamclr.trainer.weights..",
        "io.streamclr.trainer.encoder.."
    };

    @ArchTest
    static final ArchRule schemasKnowNoProcess = noClasses()
            .that()
            .resideInAPackage("io.streamclr.schemas..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("io.streamclr..").and(not(resideInAPackage("io.streamclr.schemas.."))))
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.flink..", "ai.djl..");

    @ArchTest
    static final ArchRule whatProcessesHaveInCommonKnowsNone = knowsOnly("process", "io.streamclr.schemas..");

    @ArchTest
    static final ArchRule ingestMeetsOthersAtATopic =
            knowsOnly("ingest", "io.streamclr.schemas..", "io.streamclr.process..");

    @ArchTest
    static final ArchRule augmentMeetsOthersAtATopic =
            knowsOnly("augment", "io.streamclr.schemas..", "io.streamclr.process..", "io.streamclr.stream..");

    @ArchTest
    static final ArchRule embedMeetsOthersAtATopic = knowsOnly(
            "embed",
            "io.streamclr.schemas..",
            "io.streamclr.process..",
            "io.streamclr.stream..",
            "io.streamclr.augment.decode..",
            "io.streamclr.trainer.encoder..",
            "io.streamclr.trainer.form..");

    @ArchTest
    static final ArchRule whatJobsHaveInCommonKnowsNone = knowsOnly(
            "stream",
            "io.streamclr.schemas..",
            "io.streamclr.process..",
            "io.streamclr.augment.view..",
            "io.streamclr.augment.decode..");

    @ArchTest
    static final ArchRule trainerMeetsOthersAtATopic = knowsOnly(
            "trainer",
            "io.streamclr.schemas..",
            "io.streamclr.process..",
            "io.streamclr.augment.view..",
            "io.streamclr.augment.decode..");

    @ArchTest
    static final ArchRule theConsoleIsForAnyCluster = noClasses()
            .that()
            .resideInAPackage("io.streamclr.console..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.streamclr.local..", "kafka..", "org.apache.kafka.server..");

    @ArchTest
    static final ArchRule theViewEngineKnowsNeitherFlinkNorKafka = noClasses()
            .that()
            .resideInAnyPackage("io.streamclr.augment.view..", "io.streamclr.augment.decode..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.flink..", "org.apache.kafka..");

    @ArchTest
    static final ArchRule whatAnEncoderIsKnowsNoProcess = noClasses()
            .that()
            .resideInAnyPackage(ENCODER_ENGINE)
            .should()
            .dependOnClassesThat(resideInAPackage("io.streamclr..")
                    .and(not(resideInAnyPackage(ENCODER_ENGINE)))
                    .and(not(resideInAnyPackage(
                            "io.streamclr.schemas..", "io.streamclr.augment.view..", "io.streamclr.augment.decode.."))))
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.streamclr.schemas.topic..",
                    "io.streamclr.schemas.wire..",
                    "org.apache.flink..",
                    "org.apache.kafka..",
                    "picocli..");

    @ArchTest
    static final ArchRule learningKnowsNoKafka = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.streamclr.trainer.torch..",
                    "io.streamclr.trainer.model..",
                    "io.streamclr.trainer.loss..",
                    "io.streamclr.trainer.optimiser..",
                    "io.streamclr.trainer.step..",
                    "io.streamclr.trainer.probe..",
                    "io.streamclr.trainer.classify..",
                    "io.streamclr.trainer.health..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka..",
                    "io.streamclr.trainer.views..",
                    "io.streamclr.trainer.batchlog..",
                    "io.streamclr.trainer.feed..");

    @ArchTest
    static final ArchRule nativeMemoryStaysInOneRoom = noClasses()
            .that(not(resideInAPackage("io.streamclr.trainer.torch..")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("ai.djl..");

    @ArchTest
    static final ArchRule mlflowStaysInOneRoom = noClasses()
            .that(not(resideInAPackage("io.streamclr.trainer.mlflow..")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.mlflow..", "org.mlflow_project..");

    @ArchTest
    static final ArchRule aViewIsTheSameOnEveryProcessor = noClasses()
            .that()
            .resideInAnyPackage("io.streamclr.augment.view..", "io.streamclr.augment.decode..")
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "is a function of Math that may differ between processors; StrictMath has it",
                    (JavaMethodCall call) -> call.getTargetOwner().isEquivalentTo(Math.class)
                            && INEXACT_MATHS.contains(call.getName())));

    @ArchTest
    static final ArchRule flinksLoggerIsTheOldOne = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.streamclr.augment..",
                    "io.streamclr.stream..",
                    "io.streamclr.embed..",
                    "io.streamclr.process..",
                    "io.streamclr.schemas..")
            .or()
            .resideInAnyPackage(ENCODER_ENGINE)
            .should()
            .callMethodWhere(DescribedPredicate.describe(
                    "needs SLF4J 2, and Flink brings 1.7",
                    (JavaMethodCall call) -> call.getTargetOwner().isEquivalentTo(org.slf4j.Logger.class)
                            && call.getName().startsWith("at")));

    @ArchTest
    static final ArchRule progressBarsLeaveCtrlCToTheShutdownHooks = classes()
            .that(DescribedPredicate.describe(
                    "build a progress bar", (JavaClass type) -> type.getConstructorCallsFromSelf().stream()
                            .anyMatch(call -> call.getTargetOwner().isEquivalentTo(ProgressBarBuilder.class))))
            .should()
            .callConstructor(ConsoleProgressBarConsumer.class, PrintStream.class, int.class)
            .because("the library's own consumers ask JLine about the terminal, and JLine takes the signal away");

    @ArchTest
    static final ArchRule roomsHaveOneWayDoors =
            slices().matching("io.streamclr.(*).(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule roomsAreNamedForWhatHappensInThem = noClasses()
            .should()
            .resideInAnyPackage(
                    "..util..", "..utils..", "..common..", "..helper..", "..helpers..", "..impl..", "..manager..");

    @Test
    void theKafkaClientIsOneThatFlinksSinkWorksWith() {
        assertThat(AppInfoParser.getVersion())
                .as("4.3 and 4.4 break the transactional sink at the first checkpoint")
                .startsWith("4.2.");
    }

    private static ArchRule knowsOnly(String module, String... others) {
        return noClasses()
                .that()
                .resideInAPackage("io.streamclr." + module + "..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.streamclr..")
                        .and(not(resideInAPackage("io.streamclr." + module + "..")))
                        .and(not(resideInAnyPackage(others))));
    }
}
