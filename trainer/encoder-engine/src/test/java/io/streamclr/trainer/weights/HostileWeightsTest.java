package io.streamclr.trainer.weights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of weights from somebody who means harm, or whose disk does. */
@Timeout(120)
class HostileWeightsTest {

    private static final int ROUNDS = Integer.getInteger("weights.rounds", 300);

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("weights.pth");
    }

    @Test
    void noFunctionOfAPickleIsCalled() throws Exception {
        Path proof = folder.resolve("proof");
        String pickle = "\u0080\u0002cos\nsystem\n(X" + length("touch " + proof) + "touch " + proof + "tR.";
        save(pickle.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), ZipEntry.STORED, new byte[0]);

        assertRefused("it holds no ResNet").hasMessageContaining("no tensor at all");

        assertThat(proof).doesNotExist();
    }

    @Test
    void aFirstStageWithoutChannelsIsRefusedInASentence() throws Exception {
        int stem = Float.BYTES * 4 * 3 * 3 * 3;
        StringBuilder header = new StringBuilder("{");
        for (int stage = 1; stage <= 4; stage++) {
            header.append("\"layer").append(stage).append(".0.conv1.weight\":{\"dtype\":\"F32\",\"shape\":");
            header.append(stage == 1 ? "[0,4,3,3]" : "[16,0,3,3]").append(",\"data_offsets\":[0,0]},");
        }
        header.append("\"conv1.weight\":{\"dtype\":\"F32\",\"shape\":[4,3,3,3],\"data_offsets\":[0," + stem + "]}}");
        byte[] text = header.toString().getBytes(UTF_8);
        file = folder.resolve("weights.safetensors");
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + stem).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(text.length).put(text).array());

        assertThatThrownBy(() -> GivenWeights.read(file))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("cannot be used: ");
    }

    @Test
    void dictionariesInEachOtherAreNotWalkedThroughForEver() throws Exception {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(new byte[] {(byte) 0x80, 2, '}', 'q', 0});
        for (int level = 1; level < 30; level++) {
            // A dictionary that holds the one before ten times.
            pickle.writeBytes(new byte[] {'}', '('});
            for (int i = 0; i < 10; i++) {
                pickle.writeBytes(new byte[] {'K', (byte) i, 'h', (byte) (level - 1)});
            }
            pickle.writeBytes(new byte[] {'u', 'q', (byte) level});
        }
        pickle.write('.');
        save(pickle.toByteArray(), ZipEntry.STORED, new byte[0]);

        assertRefused("more, or deeper nested, than weights do");
    }

    @Test
    void aDictionaryThatHoldsItselfIsRefused() throws Exception {
        save(new byte[] {(byte) 0x80, 2, '}', 'q', 0, 'K', 1, 'h', 0, 's', '.'}, ZipEntry.STORED, new byte[0]);

        assertRefused("deeper nested");
    }

    @ParameterizedTest
    @CsvSource({
        "4, 0, 4, 1, ok",
        "4, 1, 4, 1, cannot be",
        "1000000000, 0, 1000000000, 1, no ResNet",
        "200000000, 0, 200000000, 1, cannot be",
        "4, 0, 2, 4, cannot be",
        "4, 0, 3, -1, cannot be",
        "4, -1, 3, 1, cannot be",
        "4, 0, 2000000000, 0, no ResNet",
        "4, 0, 100, 0, cannot be"
    })
    void whatAPickleClaimsOfATensorIsHeldAgainstItsNumbers(long numbers, long from, long side, long stride, String end)
            throws Exception {
        save(tensor("layer1.0.conv1.weight", numbers, from, side, stride), ZipEntry.STORED, new byte[16]);

        try (TorchFile torch = TorchFile.open(file)) {
            if (end.equals("ok")) {
                assertThat(torch.read("layer1.0.conv1.weight")).hasSize(4);
            } else if (end.equals("no ResNet")) {
                assertThat(torch.shapes()).isEmpty();
            } else {
                assertThatThrownBy(() -> torch.read("layer1.0.conv1.weight"))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(end);
            }
        }
    }

    @Test
    void packedEntriesAreRefusedBeforeTheyAreUnpacked() throws Exception {
        save(tensor("layer1.0.conv1.weight", 4, 0, 4, 1), ZipEntry.DEFLATED, new byte[16]);

        assertRefused("is packed, which PyTorch's never are");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[1000000,1000000],\"data_offsets\":[0,8]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,80]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[8,0]}}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[9223372036854775807,3],\"data_offsets\":[0,8]}}",
                "{\"a\":3}",
                "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":",
            })
    void whatAHeaderOfSafetensorsClaimsIsHeldAgainstTheFile(String header) throws Exception {
        byte[] text = header.getBytes(UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(text.length).put(text).array());

        assertThatThrownBy(() -> GivenWeights.read(file)).isInstanceOf(RefusalException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {EncoderFiles.TORCHSCRIPT, EncoderFiles.SAFETENSORS})
    void aFileWithFlippedOrMissingBytesIsReadOrRefused(String name) throws Exception {
        NetworkPlan plan =
                new NetworkPlan(18, 1.0 / 16, Stem.SMALL, HeadPlan.NONE, false, Normalisation.NONE, Precision.FLOAT32);
        Architecture architecture = Architecture.of(plan);
        EncoderFiles.write(folder, architecture, architecture.initialValues(1), new Origin("r", 1, 1, "", 8, 8));
        byte[] whole = Files.readAllBytes(folder.resolve(name));
        Random random = new Random(11);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] damaged = random.nextInt(4) == 0
                    ? java.util.Arrays.copyOf(whole, random.nextInt(whole.length))
                    : whole.clone();
            // Most of a file is numbers, in which any byte is as good: the structure is at its begin and end.
            for (int flip = random.nextInt(4); flip >= 0 && damaged.length > 0; flip--) {
                int near = random.nextInt(Math.min(damaged.length, 20_000));
                int at = random.nextBoolean() ? near : damaged.length - 1 - near;
                damaged[at] = (byte) random.nextInt();
            }
            Files.write(file, damaged);
            try {
                GivenWeights.read(file);
            } catch (RefusalException expected) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(ROUNDS / 10);
    }

    private org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable> assertRefused(String why) {
        return assertThatThrownBy(() -> GivenWeights.read(file))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining(why);
    }

    /** A dictionary of one tensor of one dimension. */
    private static byte[] tensor(String name, long numbers, long from, long side, long stride) {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(new byte[] {(byte) 0x80, 2, '}'});
        text(pickle, name);
        pickle.writeBytes("ctorch._utils\n_rebuild_tensor_v2\n((".getBytes(UTF_8));
        text(pickle, "storage");
        pickle.writeBytes("ctorch\nFloatStorage\n".getBytes(UTF_8));
        text(pickle, "0");
        text(pickle, "cpu");
        number(pickle, numbers);
        pickle.writeBytes(new byte[] {'t', 'Q'});
        number(pickle, from);
        number(pickle, side);
        pickle.write(0x85);
        number(pickle, stride);
        pickle.write(0x85);
        pickle.writeBytes(new byte[] {(byte) 0x89, '}', 't', 'R', 's', '.'});
        return pickle.toByteArray();
    }

    private static void text(ByteArrayOutputStream pickle, String text) {
        pickle.write('X');
        pickle.writeBytes(length(text).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        pickle.writeBytes(text.getBytes(UTF_8));
    }

    private static void number(ByteArrayOutputStream pickle, long number) {
        pickle.writeBytes(new byte[] {(byte) 0x8a, 8});
        pickle.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array());
    }

    /** Four little-endian bytes as Latin letters. */
    private static String length(String text) {
        int length = text.length();
        return "" + (char) (length & 0xff) + (char) (length >> 8 & 0xff) + "\u0000\u0000";
    }

    private void save(byte[] pickle, int method, byte[] storage) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            entry(zip, "archive/data.pkl", method, pickle);
            entry(zip, "archive/data/0", method, storage);
        }
    }

    private static void entry(ZipOutputStream zip, String name, int method, byte[] content) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(method);
        CRC32 sum = new CRC32();
        sum.update(content);
        entry.setCrc(sum.getValue());
        entry.setSize(content.length);
        if (method == ZipEntry.STORED) {
            entry.setCompressedSize(content.length);
        }
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}
