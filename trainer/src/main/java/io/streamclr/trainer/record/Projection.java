package io.streamclr.trainer.record;

import io.streamclr.trainer.encoder.Features;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** What TensorBoard's projector shows: features, and for each the picture that they were made of. */
public final class Projection {

    private Projection() {}

    /**
     * Writes features into a folder of events, in the place of those before.
     *
     * @param pixels of the pictures, (N, height, width, 3), unsigned bytes, in the order of the features
     */
    public static void write(Path folder, long step, Features features, ByteBuffer pixels, int height, int width)
            throws IOException {
        Files.createDirectories(folder);
        Path rows = folder.resolve("features.tsv.partial");
        try (BufferedWriter out = Files.newBufferedWriter(rows)) {
            for (int row = 0; row < features.rows(); row++) {
                float[] values = features.row(row);
                for (int i = 0; i < values.length; i++) {
                    out.write(i == 0 ? "" : "\t");
                    out.write(Float.toString(values[i]));
                }
                out.write('\n');
            }
        }
        // The projector takes as many rows for granted as there are columns, and finds other pictures where there are
        // fewer.
        Files.write(
                folder.resolve("features.png"),
                SpriteSheet.square(pixels, height, width).png());
        Files.move(rows, folder.resolve("features.tsv"), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(folder.resolve("projector_config.pbtxt"), """
                embeddings {
                  tensor_name: "features of step %d"
                  tensor_path: "features.tsv"
                  sprite {
                    image_path: "features.png"
                    single_image_dim: %d
                    single_image_dim: %d
                  }
                }
                """.formatted(step, width, height));
    }
}
