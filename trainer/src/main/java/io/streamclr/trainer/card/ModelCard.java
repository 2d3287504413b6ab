package io.streamclr.trainer.card;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamclr.schemas.OneLine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The text of a model card, in Markdown with the YAML front matter of Hugging Face's hub. It follows from its arguments
 * alone. What a user named stands in code, where Markdown has no meaning. A license is the user's to choose, so none is named.
 */
final class ModelCard {

    /** By which a card of ours is known, so that a text of somebody else is never written over. */
    static final String MARK = "<!-- Written by StreamCLR from encoder.json; written again whenever that is. -->";

    private static final int MOST_PARTITIONS = 64;

    private final JsonNode about;
    private final Set<Shipped> files;
    private final List<ScoreRows> tables;
    private final StringBuilder text = new StringBuilder();

    /** @param about as {@code encoder.json} has it; what it does not say is left out */
    ModelCard(JsonNode about, Set<Shipped> files, List<ScoreRows> tables) {
        this.about = about;
        this.files = files;
        this.tables = tables;
    }

    String text() {
        frontMatter();
        text.append(MARK).append("\n\n");
        text.append("# Encoder of run ").append(field("run")).append(", step ").append(field("step"));
        text.append("\n\nIt turns an RGB image into ")
                .append(about.path("features").asInt())
                .append(about.path("whitened").asBoolean() ? " whitened" : "")
                .append(" features. It learned without labels, from pairs of random views of the same image")
                .append(" ([SimCLR](https://arxiv.org/abs/2002.05709)).\n\n");
        table("", facts());
        data();
        scores();
        text.append("\n## Use\n");
        new Snippets(about, files)
                .sections()
                .forEach((title, code) ->
                        text.append("\n### ").append(title).append("\n\n").append(code));
        settings();
        return text.toString();
    }

    private void frontMatter() {
        List<String> tags = new ArrayList<>(List.of("self-supervised-learning", "simclr", "feature-extraction"));
        String architecture = about.path("architecture").asText();
        if (architecture.matches("[a-z0-9_]{1,40}")) {
            tags.add(architecture);
        }
        files.forEach(file -> tags.add(file.name().toLowerCase(Locale.ROOT)));
        text.append("---\npipeline_tag: image-feature-extraction\ntags:\n");
        tags.forEach(tag -> text.append("- ").append(tag).append('\n'));
        text.append("---\n");
    }

    private Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        JsonNode input = about.path("input");
        String network = List.of("architecture", "width", "stem", "patch", "stages", "norm").stream()
                .filter(about::has)
                .map(name -> name.equals("architecture") ? field(name) : name + " " + field(name))
                .collect(Collectors.joining(", "));
        facts.put("network", network);
        facts.put(
                "input",
                "RGB; it was trained on views of "
                        + input.path("trained_height").asInt() + " x "
                        + input.path("trained_width").asInt() + " pixels"
                        + (about.has("image") ? " and takes no other size" : "") + "; normalisation inside: "
                        + code(input.path("normalisation_inside").asText()));
        facts.put("run, step, seed", field("run") + ", " + field("step") + ", " + field("seed"));
        if (about.has("training")) {
            facts.put(
                    "view pairs trained",
                    Long.toString(about.path("training").path("pairs").asLong()));
        }
        facts.put(
                "recipe of the views",
                (about.has("recipe_text") ? field("recipe_text") + ", fingerprint " : "fingerprint ")
                        + field("recipe"));
        JsonNode weights = about.path("weights");
        facts.put(
                "started from",
                weights.isObject()
                        ? code(weights.path("file").asText()) + ", SHA-256 "
                                + code(weights.path("sha256").asText())
                        : "random weights");
        return facts;
    }

    private void data() {
        JsonNode data = about.path("data");
        if (!data.isObject()) {
            return;
        }
        text.append("\n## Data\n\nViews from topic ")
                .append(code(data.path("views_topic").asText()))
                .append(". Each partition of it, and the images that the views were rendered from, were used up to"
                        + " these offsets, exclusive:\n\n| partition | views | pass over the images | images |\n"
                        + "| --- | --- | --- | --- |\n");
        JsonNode partitions = data.path("partitions");
        for (int i = 0; i < Math.min(partitions.size(), MOST_PARTITIONS); i++) {
            JsonNode each = partitions.path(i);
            text.append(String.format(
                    Locale.ROOT,
                    "| %d | %d | %s | %s |\n",
                    each.path("partition").asInt(),
                    each.path("views_until").asLong(),
                    each.has("pass") ? Long.toString(each.path("pass").asLong() + 1) : "-",
                    each.has("images_until")
                            ? Long.toString(each.path("images_until").asLong())
                            : "-"));
        }
        if (partitions.size() > MOST_PARTITIONS) {
            text.append("\nand ")
                    .append(partitions.size() - MOST_PARTITIONS)
                    .append(" partitions more, which `encoder.json` lists.\n");
        }
    }

    private void scores() {
        text.append("\n## Scores\n\n");
        Map<String, String> scores = new LinkedHashMap<>();
        about.path("scores")
                .properties()
                .forEach(score -> scores.put(
                        code(score.getKey()),
                        String.format(Locale.ROOT, "%.4f", score.getValue().asDouble())));
        if (!scores.isEmpty()) {
            table("", scores);
            text.append("\nRanks are effective numbers of directions; alignment and uniformity are of embeddings of"
                    + " the last batch. An accuracy says little without floors beside it.\n\n");
        }
        for (ScoreRows each : tables) {
            text.append("By ").append(code(each.title())).append(", accuracy with its floors:\n\n| |");
            each.columns()
                    .forEach(column -> text.append(' ').append(cell(column)).append(" |"));
            text.append("\n| --- |").append(" --- |".repeat(each.columns().size()));
            for (ScoreRows.Row row : each.rows()) {
                text.append("\n| ").append(cell(row.title())).append(" |");
                row.cells()
                        .forEach(value -> text.append(' ').append(cell(value)).append(" |"));
            }
            text.append("\n\n");
        }
        text.append("`streamclr probe --encoder DIR --data TRAIN --test TEST` compares it with raw pixels, oriented"
                + " gradients and the untrained network on images of yours.\n");
    }

    private void settings() {
        JsonNode settings = about.path("training").path("settings");
        if (settings.isObject()) {
            Map<String, String> words = new LinkedHashMap<>();
            settings.properties().forEach(each -> {
                if (!each.getValue().asText().isEmpty()) {
                    words.put(code(each.getKey()), code(each.getValue().asText()));
                }
            });
            text.append("\n## Settings of the training\n\n");
            table("", words);
        }
    }

    private void table(String title, Map<String, String> rows) {
        text.append("| ").append(title).append(" | |\n| --- | --- |\n");
        rows.forEach((key, value) ->
                text.append("| ").append(key).append(" | ").append(value).append(" |\n"));
    }

    private String field(String name) {
        return code(about.path(name).asText());
    }

    /** A text that Markdown leaves as it is, on one line and within its cell. */
    private static String code(String plain) {
        return "`" + OneLine.of(plain).replace('`', '\'').replace("|", "\\|") + "`";
    }

    private static String cell(String plain) {
        return OneLine.of(plain).replaceAll("[^\\p{L}\\p{N} .,%±()=*x-]", "");
    }
}
