package io.streamclr.augment.decode.jpeg2000;

import java.io.IOException;

/**
 * How large the steps are in which coefficients are given (A.6.4).
 *
 * @param guard bits
 * @param derived whether all bands follow from the first
 * @param exponents of each band, coarse to fine
 * @param mantissas of each band
 */
record Quantisation(int guard, boolean derived, int[] exponents, int[] mantissas) {

    static Quantisation read(Bytes in) throws IOException {
        int style = in.octet();
        int kind = style & 31;
        if (kind > 2) {
            throw Bytes.broken("has a quantisation that is none");
        }
        int bands = kind == 0 ? in.left() : in.left() / 2;
        if (bands == 0) {
            throw Bytes.broken("has a quantisation without steps");
        }
        bands = Math.min(bands, kind == 1 ? 1 : 97);
        int[] exponents = new int[bands];
        int[] mantissas = new int[bands];
        for (int band = 0; band < bands; band++) {
            int value = kind == 0 ? in.octet() << 8 : in.word();
            exponents[band] = value >> 11;
            mantissas[band] = kind == 0 ? 0 : value & 2047;
        }
        return new Quantisation(style >> 5, kind == 1, exponents, mantissas);
    }

    /** @param band 0 for the coarsest, then three for each resolution */
    int exponent(int band) throws IOException {
        return derived ? Math.max(0, exponents[0] - Math.max(0, (band - 1) / 3)) : exponents[known(band)];
    }

    int mantissa(int band) throws IOException {
        return derived ? mantissas[0] : mantissas[known(band)];
    }

    private int known(int band) throws IOException {
        if (band >= exponents.length) {
            throw Bytes.broken("has fewer steps of quantisation than bands");
        }
        return band;
    }
}
