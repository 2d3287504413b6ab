package io.streamclr.local.bench;

import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/** View pairs of random pixels, as large as those that the job renders. */
final class MadeUpPairs {

    private MadeUpPairs() {}

    /** The record of the pair of an image. @param offset of the image in its partition */
    static byte[] encoded(int partition, long offset, int side) {
        SplittableRandom random = new SplittableRandom(31 * offset + partition);
        return WireFormat.VIEW_PAIR.encode(new ViewPair(
                new ImageId(partition, offset).toString(),
                0,
                new Origin(partition, offset),
                1L,
                "00000000000000aa",
                view(side, random),
                view(side, random),
                null));
    }

    private static View view(int side, SplittableRandom random) {
        byte[] pixels = new byte[3 * side * side];
        random.nextBytes(pixels);
        List<AppliedOperation> operations = List.of(
                new AppliedOperation("flip", List.of()),
                new AppliedOperation("brightness", List.of(1.25)),
                new AppliedOperation("contrast", List.of(0.75)),
                new AppliedOperation("saturation", List.of(1.5)),
                new AppliedOperation("hue", List.of(0.05)),
                new AppliedOperation("blur", List.of(0.5)));
        Lineage lineage = new Lineage(random.nextLong(), 500, 375, new CropBox(20, 30, 200, 210), operations);
        return new View(side, side, ByteBuffer.wrap(pixels), lineage);
    }
}
