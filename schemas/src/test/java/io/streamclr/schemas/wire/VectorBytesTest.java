package io.streamclr.schemas.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.record.VectorFormat;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class VectorBytesTest {

    @Test
    void numbersStandWithTheLowestByteFirst() {
        float[] vector = {1f, -2.5f};

        assertThat(VectorBytes.of(vector, VectorFormat.FLOAT32).array())
                .containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0x20, 0xc0);
        assertThat(VectorBytes.of(vector, VectorFormat.FLOAT16).array()).containsExactly(0, 0x3c, 0, 0xc1);
    }

    @Test
    void whatWasWrittenIsReadAndTheBytesStayUnread() throws Exception {
        float[] vector = {0f, 1.5f, -65_504f, 0x1p-24f};
        for (VectorFormat format : VectorFormat.values()) {
            ByteBuffer bytes = VectorBytes.of(vector, format);

            assertThat(VectorBytes.read(bytes, format)).isEqualTo(vector);
            assertThat(VectorBytes.read(bytes.asReadOnlyBuffer(), format)).isEqualTo(vector);
        }
    }

    @Test
    void partsOfNumbersAreForeign() {
        for (int length : new int[] {0, 3, 5}) {
            assertThatThrownBy(() -> VectorBytes.read(ByteBuffer.allocate(length), VectorFormat.FLOAT32))
                    .isInstanceOf(ForeignRecordException.class)
                    .hasMessage(length + " bytes, which are no numbers of 4 bytes each");
        }
    }
}
