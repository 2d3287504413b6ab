package io.streamclr.trainer.form;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class FieldsTest {

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }

    @Test
    void fieldsAreReadInAnyOrder() throws Exception {
        String read = Fields.read(
                json("{'on':true,'in':{'x':[0.5,2]},'many':[{'n':1},{'n':2}],'word':'a'}"),
                fields -> fields.text("word")
                        + fields.object("in", in -> in.numbers("x"))
                        + fields.objects("many", one -> one.small("n"))
                        + fields.truth("on"));

        assertThat(read).isEqualTo("a[0.5, 2.0][1, 2]true");
    }

    @Test
    void whatIsMissingOfAnotherKindOrLeftOverIsNamedByItsPlace() {
        refused("[]", fields -> 0, "it is no object");
        refused("{}", fields -> fields.whole("n"), "n is missing");
        refused("{'n':'1'}", fields -> fields.whole("n"), "n is no whole number");
        refused("{'n':1.5}", fields -> fields.whole("n"), "n is no whole number");
        refused("{'n':9999999999}", fields -> fields.small("n"), "n is no whole number of 32 bits");
        refused("{'n':'Infinity'}", fields -> fields.number("n"), "n is no number");
        refused("{'n':null}", fields -> fields.text("n"), "n is no text");
        refused("{'n':1,'m':2}", fields -> fields.small("n"), "m is not known to this release");
        refused("{'n':1}", fields -> fields.small("n") + fields.small("n"), "n is missing");
        refused("{'n':[1,'b']}", fields -> fields.texts("n"), "n holds what is no text");
        refused("{'a':[{'b':{}}]}", fields -> inside(fields), "a[0].b.n is missing");
    }

    private static Object inside(Fields fields) throws IOException {
        return fields.objects("a", one -> one.object("b", b -> b.text("n")));
    }

    private static void refused(String text, Fields.Reader<?> reader, String why) {
        assertThatThrownBy(() -> Fields.read(json(text), reader))
                .as(text)
                .isInstanceOf(IOException.class)
                .hasMessage(why);
    }

    @Test
    void theNamesThatAreLeftAreListed() throws Exception {
        List<String> names = Fields.read(json("{'b':'1','a':'2','c':'3'}"), fields -> {
            fields.text("b");
            List<String> left = fields.names();
            fields.text("a");
            fields.text("c");
            return left;
        });

        assertThat(names).containsExactly("a", "c");
    }
}
