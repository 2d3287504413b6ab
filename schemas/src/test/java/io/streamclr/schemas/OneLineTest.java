package io.streamclr.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OneLineTest {

    @Test
    void whatTerminalsObeyIsSpeltOut() {
        assertThat(OneLine.of("red\u001b[31m.jpg")).isEqualTo("red\\u001b[31m.jpg");
        assertThat(OneLine.of("a\r\nb\u0007\u009b2J")).isEqualTo("a\\u000d\\u000ab\\u0007\\u009b2J");
        assertThat(OneLine.of("photo\u202egpj.exe\u2028")).isEqualTo("photo\\u202egpj.exe\\u2028");
        assertThat(OneLine.of("half\ud83d")).isEqualTo("half\\ud83d");
    }

    @Test
    void whatPeopleWriteStaysAsItIs() {
        String name = "Ä Ö/東京 <b> & \ud83d\udc69\u200d\ud83d\udc67.jpg";

        assertThat(OneLine.of(name)).isSameAs(name);
    }
}
