package io.streamclr.trainer.weights;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/** How files store a number, little-endian. */
enum Numbers {
    FLOAT64(8),
    FLOAT32(4),
    FLOAT16(2),
    BFLOAT16(2),
    INT64(8),
    INT32(4),
    INT16(2),
    INT8(1),
    UINT8(1),
    BOOL(1);

    private static final Map<String, Numbers> OF_SAFETENSORS = Map.of(
            "F64", FLOAT64,
            "F32", FLOAT32,
            "F16", FLOAT16,
            "BF16", BFLOAT16,
            "I64", INT64,
            "I32", INT32,
            "I16", INT16,
            "I8", INT8,
            "U8", UINT8,
            "BOOL", BOOL);

    private static final Map<String, Numbers> OF_STORAGES = Map.of(
            "DoubleStorage", FLOAT64,
            "FloatStorage", FLOAT32,
            "HalfStorage", FLOAT16,
            "BFloat16Storage", BFLOAT16,
            "LongStorage", INT64,
            "IntStorage", INT32,
            "ShortStorage", INT16,
            "CharStorage", INT8,
            "ByteStorage", UINT8,
            "BoolStorage", BOOL);

    private final int bytes;

    Numbers(int bytes) {
        this.bytes = bytes;
    }

    /** Of a header of safetensors, such as F32; empty if it is unknown. */
    static Optional<Numbers> ofSafetensors(String word) {
        return Optional.ofNullable(OF_SAFETENSORS.get(word));
    }

    /** Of a class of PyTorch, such as FloatStorage; empty if it is unknown. */
    static Optional<Numbers> ofStorage(String className) {
        return Optional.ofNullable(OF_STORAGES.get(className));
    }

    /** That a number takes. */
    int bytes() {
        return bytes;
    }

    /** @param at of its first byte */
    float at(ByteBuffer little, int at) {
        return switch (this) {
            case FLOAT64 -> (float) little.getDouble(at);
            case FLOAT32 -> little.getFloat(at);
            case FLOAT16 -> half(little.getShort(at));
            case BFLOAT16 -> Float.intBitsToFloat(little.getShort(at) << 16);
            case INT64 -> little.getLong(at);
            case INT32 -> little.getInt(at);
            case INT16 -> little.getShort(at);
            case INT8 -> little.get(at);
            case UINT8, BOOL -> little.get(at) & 0xff;
        };
    }

    /** IEEE 754's binary16: a bit of sign, 5 of exponent, 10 of fraction. Java has it from release 20 on. */
    private static float half(short bits) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        float size =
                switch (exponent) {
                    case 0 -> fraction * 0x1p-24f;
                    case 31 -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
                    default -> (1024 + fraction) * Math.scalb(1f, exponent - 25);
                };
        return bits < 0 ? -size : size;
    }
}
