package io.streamclr.ingest.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarSourceTest {

    private static final int PIXELS = 32 * 32;

    @TempDir
    Path folder;

    @Test
    void planesBecomeAPngWithTheLabel() throws IOException {
        byte[] records = records(2, 1, new Random(3));
        records[0] = 7;
        records[1 + 3 * PIXELS] = 9;
        Path file = Files.write(folder.resolve("data_batch_1.bin"), records);

        List<Found> found = FileSourceTest.everything(file);

        assertThat(found).extracting(Found::source).containsExactly("data_batch_1.bin#0", "data_batch_1.bin#1");
        Found.Image second = (Found.Image) found.get(1);
        assertThat(second.label()).hasValue(9);
        BufferedImage png = ImageIO.read(new ByteArrayInputStream(second.encoded()));
        for (int y = 0; y < 32; y++) {
            for (int x = 0; x < 32; x++) {
                for (int channel = 0; channel < 3; channel++) {
                    int at = 1 + 3 * PIXELS + 1 + channel * PIXELS + 32 * y + x;
                    assertThat(png.getRaster().getSample(x, y, channel)).isEqualTo(records[at] & 0xff);
                }
            }
        }
    }

    @Test
    void ofCifar100TheFineLabelCounts() throws IOException {
        byte[] records = records(1, 2, new Random(4));
        records[0] = 19;
        records[1] = 99;
        Path file = Files.write(folder.resolve("train.bin"), records);

        Found.Image image = (Found.Image) FileSourceTest.everything(file).get(0);

        assertThat(image.label()).hasValue(99);
        assertThat(image.attributes()).isEqualTo(Map.of("coarse", "19"));
    }

    @Test
    void classesAreCalledAsTheFileBesideThemSays() throws IOException {
        byte[] records = records(2, 1, new Random(3));
        records[0] = 7;
        records[1 + 3 * PIXELS] = 11;
        Path file = Files.write(folder.resolve("test_batch.bin"), records);
        Path names = folder.resolve("batches.meta.txt");
        String ten = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n";

        Files.writeString(names, ten);
        assertThat(classNames(file)).containsExactly("horse", "");

        Files.writeString(names, "airplane\n");
        assertThat(classNames(file)).containsExactly("", "");

        Files.write(names, new byte[] {(byte) 0xc3, 0x28});
        assertThat(classNames(file)).containsExactly("", "");
    }

    private static List<String> classNames(Path file) throws IOException {
        return FileSourceTest.everything(file).stream()
                .map(found -> ((Found.Image) found).className())
                .toList();
    }

    @Test
    void aFileThatIsCutOffIsNamed() throws IOException {
        Path file = Files.write(folder.resolve("test_batch.bin"), new byte[4000]);

        assertThat(FileSourceTest.everything(file))
                .containsExactly(new Found.Unreadable(
                        "test_batch.bin",
                        "is damaged: test_batch.bin has 4000 bytes, which is no multiple of the 3073 bytes of a"
                                + " CIFAR-10 image; fetch it again"));
    }

    @Test
    void anotherFileOfThatNameIsNoImage() throws IOException {
        Path file = Files.writeString(folder.resolve("train.bin"), "weights of a network");

        assertThat(FileSourceTest.everything(file)).containsExactly(Found.Skipped.noImage("train.bin"));
    }

    private static byte[] records(int count, int labels, Random random) {
        byte[] records = new byte[count * (labels + 3 * PIXELS)];
        random.nextBytes(records);
        return records;
    }
}
