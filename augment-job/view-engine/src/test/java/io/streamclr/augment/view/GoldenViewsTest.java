package io.streamclr.augment.view;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import io.streamclr.schemas.record.View;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Views by fixed parameters are those of torchvision and Pillow, as {@code src/test/python/goldens.py} keeps them.
 *
 * <p>What counts is torchvision on float tensors, for it alone rounds once, at the end, as the engine does. Resizing and
 * grey are held against Pillow as well. The SimCLR reference differs from both where the recipe's documentation says so.
 */
class GoldenViewsTest {

    private static final String FOLDER = "/goldens/";

    /**
     * One view.
     *
     * @param crop x, y, width and height in the source, in pixels
     * @param operations each its name and an array of its values
     * @param recipe changes to a preset: the view's side, the filter and the kernel
     */
    record Case(
            @JsonProperty("reference") String reference,
            @JsonProperty("source") String source,
            @JsonProperty("crop") int[] crop,
            @JsonProperty("operations") List<JsonNode> operations,
            @JsonProperty("recipe") String recipe) {

        /** Two grey levels for hue and for the bicubic filter, which overshoots; one for all else. */
        int allowed() {
            boolean hue =
                    operations.stream().anyMatch(one -> one.get(0).asText().equals("hue"));
            return hue || recipe.contains("bicubic") ? 2 : 1;
        }

        Lineage lineage(Pixels image) {
            List<AppliedOperation> applied = new ArrayList<>();
            for (JsonNode operation : operations) {
                List<Double> values = new ArrayList<>();
                operation.get(1).forEach(value -> values.add(value.asDouble()));
                applied.add(new AppliedOperation(operation.get(0).asText(), values));
            }
            CropBox box = new CropBox(crop[0], crop[1], crop[2], crop[3]);
            return new Lineage(0L, image.width(), image.height(), box, applied);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void aViewByFixedParametersIsTheReferences(String name, Case golden, Pixels expected) throws IOException {
        Pixels source = pixels(read(golden.source() + ".png"));
        ViewEngine engine = new ViewEngine(Recipe.parse(golden.recipe()));

        View view = engine.redraw(source, golden.lineage(source));

        int[] distances = distances(view.getPixels(), expected.rgb());
        assertThat(IntStream.of(distances).max().orElseThrow()).isLessThanOrEqualTo(golden.allowed());
        assertThat(IntStream.of(distances).average().orElseThrow()).isLessThan(0.3);
    }

    static Stream<Arguments> cases() throws IOException {
        JsonNode index;
        try (InputStream file = GoldenViewsTest.class.getResourceAsStream(FOLDER + "cases.json")) {
            index = new ObjectMapper().readTree(file);
        }
        int side = index.get("side").asInt();
        int columns = index.get("columns").asInt();
        BufferedImage sheet = read("expected.png");
        List<Arguments> cases = new ArrayList<>();
        for (JsonNode node : index.get("cases")) {
            int left = cases.size() % columns * side;
            int top = cases.size() / columns * side;
            Case golden = new ObjectMapper().treeToValue(node, Case.class);
            String name = golden.reference() + ", " + golden.source() + " " + node.get("crop") + ", " + golden.recipe()
                    + " " + golden.operations();
            cases.add(Arguments.of(name, golden, pixels(sheet.getSubimage(left, top, side, side))));
        }
        return cases.stream();
    }

    private static int[] distances(ByteBuffer rendered, byte[] expected) {
        return IntStream.range(0, expected.length)
                .map(i -> Math.abs((rendered.get(rendered.position() + i) & 0xff) - (expected[i] & 0xff)))
                .toArray();
    }

    private static BufferedImage read(String file) throws IOException {
        try (InputStream png = GoldenViewsTest.class.getResourceAsStream(FOLDER + file)) {
            return ImageIO.read(png);
        }
    }

    private static Pixels pixels(BufferedImage image) {
        byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int colour = image.getRGB(x, y);
                rgb[at++] = (byte) (colour >> 16);
                rgb[at++] = (byte) (colour >> 8);
                rgb[at++] = (byte) colour;
            }
        }
        return new Pixels(image.getWidth(), image.getHeight(), rgb);
    }
}
