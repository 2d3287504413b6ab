package io.streamclr.augment.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.schemas.record.RejectReason;
import org.junit.jupiter.api.Test;

class LeftOutTest {

    @Test
    void saysHowManyAreLeftOutAndWhyInOneLineThatDoesNoHarm() {
        LeftOut leftOut = new LeftOut();
        assertThat(leftOut.sentence()).isEmpty();

        leftOut.add("a\u001b[31m.jpg", new Decoding.Rejected(RejectReason.BROKEN, "The file ends\nearly"));
        leftOut.add("b.svg", new Decoding.Rejected(RejectReason.NOT_AN_IMAGE, "No decoder knows it"));
        leftOut.add("c.jpg", new Decoding.Rejected(RejectReason.BROKEN, "The file ends"));

        assertThat(leftOut.count()).isEqualTo(3);
        assertThat(leftOut.sentence())
                .isEqualTo("3 images cannot be decoded and are left out (NOT_AN_IMAGE 1, BROKEN 2), the first is"
                        + " a\\u001b[31m.jpg: The file ends\\u000aearly");
    }
}
