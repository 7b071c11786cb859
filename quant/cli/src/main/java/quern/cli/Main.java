package quern.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import quern.cli.command.BenchCommand;
import quern.cli.command.CertifyCommand;
import quern.cli.command.CompareCommand;
import quern.cli.command.ConvertCommand;
import quern.cli.command.DemoCommand;
import quern.cli.command.EvalCommand;
import quern.cli.command.ExplainCommand;
import quern.cli.command.InspectCommand;
import quern.cli.command.PruneCommand;
import quern.cli.command.QatCommand;
import quern.cli.command.QuantizeCommand;
import quern.cli.command.RunCommand;
import quern.cli.command.TargetsCommand;
import quern.cli.command.TrainCommand;
import quern.cli.command.VerifyCommand;
import quern.error.FormatException;

/**
 * The {@code quern} command.
 *
 * <p>Exit codes: 0 done, 1 failed (one line on stderr), 2 usage. A user's mistake never prints a
 * stack trace; an error of Quern itself prints one with {@code -Dquern.trace=true}.
 */
@Command(
        name = "quern",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Runs, quantizes and explains neural networks on a bare JVM.",
        subcommands = {
            InspectCommand.class,
            ConvertCommand.class,
            RunCommand.class,
            QuantizeCommand.class,
            EvalCommand.class,
            CompareCommand.class,
            BenchCommand.class,
            DemoCommand.class,
            TrainCommand.class,
            QatCommand.class,
            VerifyCommand.class,
            CertifyCommand.class,
            TargetsCommand.class,
            PruneCommand.class,
            ExplainCommand.class
        })
public final class Main implements Runnable {
    private static final int FAILED = 1;
    private static final int USAGE = 2;

    @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

    public Main() {}

    public static void main(String[] args) {
        int code = run(args, new PrintWriter(System.out, true), new PrintWriter(System.err, true));
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Runs one command line and returns its exit code. */
    public static int run(String[] args, PrintWriter out, PrintWriter err) {
        Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
        CommandLine line = new CommandLine(new Main());
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(false);
        OptionValues.register(line);
        line.setParameterExceptionHandler(Main::usage);
        line.setExecutionExceptionHandler(Main::failed);
        try {
            ConfigFile.apply(line, List.of(args));
        } catch (RuntimeException e) {
            return failed(e, line, null);
        }
        int code = execute(line, args);
        err.flush();
        return code;
    }

    private static int execute(CommandLine line, String[] args) {
        try {
            int code = line.execute(args);
            return code == 0 && line.getOut().checkError()
                    ? failed(new UserException("cannot write to the standard output"), line, null)
                    : code;
        } catch (OutOfMemoryError e) {
            String heap = (Runtime.getRuntime().maxMemory() >> 20) + " MB";
            String reason =
                    "a heap of " + heap + " is too small; QUERN_JAVA_OPTS=-Xmx4g gives 4 GB";
            return failed(new UserException(reason, e), line, null);
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing");
    }

    private static int usage(ParameterException e, String[] args) {
        CommandLine line = e.getCommandLine();
        line.getErr()
                .println(
                        "quern: "
                                + oneLine(e.getMessage())
                                + "; see "
                                + line.getCommandSpec().qualifiedName()
                                + " --help");
        return USAGE;
    }

    private static int failed(Exception e, CommandLine line, ParseResult result) {
        if (e instanceof ParameterException p) {
            return usage(p, new String[0]);
        }
        line.getErr().println("quern: " + oneLine(sentence(e)));
        if (Boolean.getBoolean("quern.trace")) {
            e.printStackTrace(line.getErr());
        }
        return FAILED;
    }

    private static String sentence(Exception e) {
        if (e instanceof FormatException || e instanceof UserException) {
            return e.getMessage();
        } else if (e instanceof InvalidPathException p) {
            return OptionValues.sentence(p);
        } else if (e instanceof NoSuchFileException) {
            return e.getMessage() + ": no such file or folder";
        } else if (e instanceof AccessDeniedException) {
            return e.getMessage() + ": access denied";
        } else if (e instanceof NotDirectoryException || e instanceof FileAlreadyExistsException) {
            return e.getMessage() + ": is a file where a folder is needed";
        } else if (e instanceof CharacterCodingException) {
            return "a text file is not UTF-8: " + e.getMessage();
        } else if (e instanceof IOException) {
            return "cannot read or write: " + e.getMessage();
        }
        return "internal error: "
                + e
                + "; run again with QUERN_JAVA_OPTS=-Dquern.trace=true and report what it prints";
    }

    private static String oneLine(String message) {
        return String.valueOf(message).replaceAll("\\s*[\\r\\n]+\\s*", " ");
    }
}
