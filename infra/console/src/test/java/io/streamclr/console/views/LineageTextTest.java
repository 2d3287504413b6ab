package io.streamclr.console.views;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineageTextTest {

    @Test
    void everyOperationIsSaidInTheUnitsThatPeopleThinkIn() {
        Lineage lineage = new Lineage(
                1L,
                500,
                400,
                new CropBox(40, 12, 250, 200),
                List.of(
                        new AppliedOperation("flip", List.of()),
                        new AppliedOperation("hue", List.of(-0.1)),
                        new AppliedOperation("brightness", List.of(1.312)),
                        new AppliedOperation("grey", List.of()),
                        new AppliedOperation("blur", List.of(1.2)),
                        new AppliedOperation("solarize", List.of()),
                        new AppliedOperation("rotation", List.of(270.0)),
                        new AppliedOperation("cutout", List.of(2.0, 0.0, 14.0, 9.0)),
                        new AppliedOperation("posterize", List.of(3.0))));

        assertThat(LineageText.lines(lineage))
                .containsExactly(
                        "crop 25 % of the image",
                        "250 x 200 at 40, 12",
                        "flipped",
                        "hue -36 degrees",
                        "brightness x 1.31",
                        "grey",
                        "blur, sigma 1.20",
                        "solarized",
                        "turned by 270 degrees",
                        "14 x 9 at 2, 0 blackened",
                        "posterize 3.000");
    }
}
