package io.streamclr.trainer.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NamesTest {

    @ParameterizedTest
    @CsvSource({
        "train/loss, train/loss",
        "slice/held_out_slice_knn/T-shirt, slice/held_out_slice_knn/T-shirt",
        "slice/held_out_slice_knn/Über Bär, slice/held_out_slice_knn/Über Bär",
        "slice/a:b*(c)%, slice/a_b__c__",
        "slice/../../etc, slice/_/_/etc",
        "slice//a/, slice/_/a/_",
        "/., _/_",
        "slice/a..b, slice/a..b"
    })
    void whatMlflowDoesNotTakeInANameIsAnUnderscore(String name, String legal) {
        assertThat(Names.of(name)).isEqualTo(legal);
    }

    @Test
    void longNamesAndValuesAreCut() {
        assertThat(Names.of("n".repeat(300))).hasSize(250);
        assertThat(Names.value("v".repeat(500))).isEqualTo("v".repeat(500));
        assertThat(Names.value("v".repeat(501))).isEqualTo("v".repeat(497) + "...");
    }
}
