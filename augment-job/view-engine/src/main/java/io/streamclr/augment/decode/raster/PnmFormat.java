package io.streamclr.augment.decode.raster;

import io.streamclr.augment.decode.format.ImageFormat;
import io.streamclr.augment.decode.format.OpenedImage;
import java.io.IOException;

/** PBM, PGM, PPM, PAM and PFM, as Netpbm describes them: of any greatest value, in words and in bytes. */
public final class PnmFormat implements ImageFormat {

    @Override
    public boolean knows(byte[] file) {
        return file.length > 2
                && file[0] == 'P'
                && "1234567fF".indexOf(file[1]) >= 0
                && (isSpace(file[2]) || file[2] == PnmWords.COMMENT);
    }

    static boolean isSpace(int octet) {
        return octet == ' ' || (octet >= '\t' && octet <= '\r');
    }

    @Override
    public OpenedImage open(byte[] file) throws IOException {
        PnmWords words = new PnmWords(file, 2);
        PnmHeader header =
                switch (file[1]) {
                    case '7' -> PnmHeader.ofPam(words);
                    case 'f', 'F' -> PnmHeader.ofFloating(words, file[1] == 'F' ? 3 : 1);
                    default -> PnmHeader.ofPnm(words, file[1] - '0');
                };
        return new PnmImage(file, header, words);
    }
}
