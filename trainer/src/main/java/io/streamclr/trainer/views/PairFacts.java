package io.streamclr.trainer.views;

import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import java.nio.ByteBuffer;

/**
 * What a batch needs to know of an encoded record beside its bytes, so that the record is decoded once.
 *
 * @param image its id
 * @param origin of the image
 * @param pictureHash what the picture looks like; null if the record does not say
 * @param first where the pixels of the first view begin, in bytes from the begin of the record
 * @param second where those of the second begin
 */
public record PairFacts(String image, Origin origin, Long pictureHash, int first, int second) {

    /**
     * @param encoded the record
     * @param pair what was decoded from that very buffer, its pixels being parts of it
     */
    public static PairFacts of(ByteBuffer encoded, ViewPair pair) {
        int begin = encoded.arrayOffset() + encoded.position();
        return new PairFacts(
                pair.getImageId(),
                pair.getOrigin(),
                pair.getPictureHash(),
                place(pair.getFirst()) - begin,
                place(pair.getSecond()) - begin);
    }

    private static int place(View view) {
        return view.getPixels().arrayOffset() + view.getPixels().position();
    }
}
