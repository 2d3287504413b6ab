package io.streamclr.augment.decode.jpeg;

import java.io.IOException;
import java.util.HexFormat;

/** The Huffman tables that the standard suggests (T.81, K.3), which frames of motion JPEG leave out. */
final class StandardTables {

    private static final String DC_SYMBOLS = "000102030405060708090a0b";

    private static final String LIGHT_AC =
            "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a"
                    + "161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a"
                    + "838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7"
                    + "d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa";

    private static final String COLOUR_AC = "0001020311040521310612415107617113223281081442"
            + "91a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758"
            + "595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5"
            + "b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa";

    private StandardTables() {}

    /** @param number 0 for light, 1 for colours */
    static HuffmanTable dc(int number) throws IOException {
        return switch (number) {
            case 0 -> table("00010501010101010100000000000000", DC_SYMBOLS);
            case 1 -> table("00030101010101010101010000000000", DC_SYMBOLS);
            default -> throw new IOException("a Huffman table is missing");
        };
    }

    /** @param number 0 for light, 1 for colours */
    static HuffmanTable ac(int number) throws IOException {
        return switch (number) {
            case 0 -> table("0002010303020403050504040000017d", LIGHT_AC);
            case 1 -> table("00020102040403040705040400010277", COLOUR_AC);
            default -> throw new IOException("a Huffman table is missing");
        };
    }

    private static HuffmanTable table(String counts, String symbols) throws IOException {
        byte[] bytes = HexFormat.of().parseHex(counts);
        int[] numbers = new int[bytes.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = bytes[i] & 0xff;
        }
        return new HuffmanTable(numbers, HexFormat.of().parseHex(symbols));
    }
}
