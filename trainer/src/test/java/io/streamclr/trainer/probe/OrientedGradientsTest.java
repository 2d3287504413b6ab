package io.streamclr.trainer.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.trainer.encoder.Features;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class OrientedGradientsTest {

    /** Made by scikit-image, by src/test/python/hog.py. */
    @Test
    void equalsScikitImagesToTheSixthDigit() throws IOException {
        JsonNode goldens;
        try (InputStream file = OrientedGradientsTest.class.getResourceAsStream("/goldens/hog.json")) {
            goldens = new ObjectMapper().readTree(file);
        }

        assertThat(goldens).hasSize(4);
        for (JsonNode golden : goldens) {
            Features features = OrientedGradients.features(
                    bytes(golden.path("rgb")),
                    1,
                    golden.path("height").asInt(),
                    golden.path("width").asInt());

            assertThat(features.dimension())
                    .as(golden.path("name").asText())
                    .isEqualTo(golden.path("hog").size());
            float[] ours = features.row(0);
            for (int i = 0; i < ours.length; i++) {
                assertThat((double) ours[i])
                        .as("%s, feature %d", golden.path("name").asText(), i)
                        .isCloseTo(golden.path("hog").path(i).asDouble(), within(2e-6));
            }
        }
    }

    @Test
    void everyImageIsDescribedByItself() {
        ByteBuffer two = ByteBuffer.allocate(2 * 3 * 28 * 28);
        for (int i = 0; i < two.capacity(); i++) {
            two.put(i, (byte) (i * 31 % 251));
        }
        ByteBuffer second = two.slice(3 * 28 * 28, 3 * 28 * 28);

        Features both = OrientedGradients.features(two, 2, 28, 28);

        assertThat(both.row(1))
                .isEqualTo(OrientedGradients.features(second, 1, 28, 28).row(0));
        assertThat(both.row(0)).isNotEqualTo(both.row(1));
    }

    @Test
    void manyImagesAreDescribedAsEachAlone() {
        int count = 600;
        int bytes = 3 * 8 * 8;
        ByteBuffer many = ByteBuffer.allocate(count * bytes);
        byte[] noise = new byte[count * bytes];
        new Random(7).nextBytes(noise);
        many.put(noise).flip();

        Features all = OrientedGradients.features(many, count, 8, 8);

        for (int row = 0; row < count; row++) {
            assertThat(all.row(row))
                    .isEqualTo(OrientedGradients.features(many.slice(row * bytes, bytes), 1, 8, 8)
                            .row(0));
        }
    }

    private static ByteBuffer bytes(JsonNode numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.size());
        numbers.forEach(number -> bytes.put((byte) number.asInt()));
        return bytes.flip();
    }
}
