package io.streamclr.trainer.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that lie in several pieces are what they would be in one. */
class ByteRowsTest {

    private static final int ROW = 6;

    @Test
    void aBatchOfMoreThanTwoGibibytesIsCutIntoPiecesThatJavaTakes() {
        int view = 224 * 224 * 3;

        List<Integer> pieces = ByteRows.cut(2 * 8192, view, Integer.MAX_VALUE);

        assertThat(pieces).containsExactly(14_266, 2_118);
        assertThat(14_266L * view).isLessThanOrEqualTo(Integer.MAX_VALUE);
        assertThat(14_267L * view).isGreaterThan(Integer.MAX_VALUE);
        assertThat(ByteRows.cut(2 << 20, 1024 * 1024 * 3, Integer.MAX_VALUE).stream()
                        .mapToInt(Integer::intValue)
                        .sum())
                .isEqualTo(2 << 20);
        assertThat(ByteRows.cut(0, view, Integer.MAX_VALUE)).isEmpty();
        assertThatThrownBy(() -> ByteRows.cut(1, 7, 6)).hasMessage("A row of 7 bytes does not fit into a piece of 6");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 10, 11})
    void everyRowIsReadWhereItWasWritten(int each) {
        ByteRows rows = filled(10, each);

        for (int row = 0; row < 10; row++) {
            assertThat(bytes(rows.row(row))).isEqualTo(expected(row, 1));
            for (int count = 0; count <= 10 - row; count++) {
                assertThat(bytes(rows.together(row, count))).isEqualTo(expected(row, count));
            }
        }
        assertThat(rows.parts(0, 10)).hasSize((10 + each - 1) / each);
        assertThatThrownBy(() -> rows.parts(8, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 4, 10})
    void theTensorOfRowsIsTheSameInAnyPieces(int each) {
        ByteRows rows = filled(10, each);
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Script script = torch.compile("  def f(self, x: Tensor) -> Tensor:\n    return torch.to(x, 6)\n")) {
            int open = scope.openHandles();

            Tensor some = scope.bytes(rows, 2, 5, 2, 3);

            assertThat(scope.openHandles()).isEqualTo(open + 1);
            assertThat(some.shape()).containsExactly(5, 2, 3);
            byte[] expected = expected(2, 5);
            float[] values = script.one(scope, "f", some).floats();
            for (int i = 0; i < values.length; i++) {
                assertThat(values[i]).isEqualTo(expected[i] & 0xff);
            }
        }
    }

    @Test
    void theRowsOfABufferAreThatBuffer() {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 + 2 * ROW).position(1);
        ByteRows rows = ByteRows.of(buffer, ROW);

        rows.put(1, ByteBuffer.wrap(expected(5, 1)));

        assertThat(rows.rows()).isEqualTo(2);
        assertThat(buffer.get(1 + ROW)).isEqualTo(expected(5, 1)[0]);
        assertThatThrownBy(() -> rows.put(0, ByteBuffer.allocate(5))).hasMessage("A row has 6 bytes, not 5");
    }

    private static ByteRows filled(int count, int each) {
        ByteRows rows = ByteRows.allocate(count, ROW, each * ROW + ROW / 2);
        for (int row = 0; row < count; row++) {
            rows.put(row, ByteBuffer.wrap(expected(row, 1)));
        }
        return rows;
    }

    /** Of rows from one on. */
    private static byte[] expected(int from, int count) {
        byte[] bytes = new byte[count * ROW];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (37 * (from * ROW + i) + 200);
        }
        return bytes;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
