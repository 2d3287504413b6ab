package io.streamclr.it;

import io.streamclr.local.Streamclr;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a person who types a command sees. */
record Command(int exitCode, String output, String errors) {

    /** Runs a command as {@code main} does, in this JVM. */
    static Command run(String... arguments) {
        StringWriter output = new StringWriter();
        StringWriter errors = new StringWriter();
        CommandLine line = Streamclr.commandLine();
        line.setOut(new PrintWriter(output, true)).setErr(new PrintWriter(errors, true));
        line.getSubcommands()
                .values()
                .forEach(command ->
                        command.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF)));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        int exitCode = line.execute(arguments);
        return new Command(exitCode, output.toString(), errors.toString());
    }

    /** The last line of the output: where figures for programs stand. */
    String lastLine() {
        String[] lines = output.strip().split("\n", -1);
        return lines[lines.length - 1];
    }
}
