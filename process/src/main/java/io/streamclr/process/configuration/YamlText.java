package io.streamclr.process.configuration;

import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML whose scalars are texts, whatever they look like: the options' own parsers read {@code 1e-3}, {@code no} and
 * {@code 2026-11-29}, as they do on the command line.
 */
final class YamlText {

    private YamlText() {}

    /** Maps, lists and texts; null for an empty document. Only texts have aliases. */
    static Object read(String text) {
        return yaml().load(text);
    }

    /** Lines that {@link #read} reads as the same again, each with its end. */
    static String write(Map<String, ?> mapping) {
        return yaml().dump(mapping);
    }

    private static Yaml yaml() {
        LoaderOptions reading = new LoaderOptions();
        reading.setAllowDuplicateKeys(false);
        // A mapping within itself has no end, and one of many aliases comes to gigabytes.
        reading.setAllowRecursiveKeys(false);
        reading.setMaxAliasesForCollections(0);
        DumperOptions writing = new DumperOptions();
        writing.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        writing.setSplitLines(false);
        return new Yaml(new SafeConstructor(reading), new Representer(writing), writing, reading, new AllTexts());
    }

    private static final class AllTexts extends Resolver {

        @Override
        protected void addImplicitResolvers() {
            // none: a scalar is what is written
        }
    }
}
