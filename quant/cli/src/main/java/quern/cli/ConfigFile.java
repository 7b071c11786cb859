package quern.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;

/**
 * {@code --config FILE}: a JSON object whose keys are the long option names without dashes; options
 * on the command line win.
 *
 * <p>Values are texts, numbers, true or false for flags, and lists for options that take several
 * values.
 */
final class ConfigFile {
    private ConfigFile() {}

    /**
     * Makes the values of the file that {@code args} names the defaults of the command that {@code
     * args} names.
     */
    static void apply(CommandLine line, List<String> args) {
        CommandLine command = args.isEmpty() ? null : line.getSubcommands().get(args.get(0));
        String file = file(args);
        if (command == null
                || file.isEmpty()
                || command.getCommandSpec().findOption("--config") == null) {
            return;
        }
        Map<String, String> values = read(Path.of(file), command);
        command.setDefaultValueProvider(
                argument ->
                        argument instanceof CommandLine.Model.OptionSpec option
                                ? values.get(option.longestName())
                                : null);
    }

    private static String file(List<String> args) {
        for (int i = 0; i < args.size(); i++) {
            if (args.get(i).equals("--config") && i + 1 < args.size()) {
                return args.get(i + 1);
            } else if (args.get(i).startsWith("--config=")) {
                return args.get(i).substring("--config=".length());
            }
        }
        return "";
    }

    private static Map<String, String> read(Path file, CommandLine command) {
        JsonNode root;
        try {
            ObjectMapper mapper =
                    new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
            root = mapper.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new UserException(file + ": not valid JSON: " + e.getOriginalMessage(), e);
        } catch (NoSuchFileException e) {
            throw new UserException(file + ": no such configuration file", e);
        } catch (IOException e) {
            throw new UserException(file + ": cannot read the configuration: " + e.getMessage(), e);
        }
        if (!root.isObject()) {
            throw new UserException(
                    file + ": a configuration is a JSON object whose keys are option names");
        }
        Map<String, String> values = new HashMap<>();
        root.properties().forEach(e -> put(file, command, values, e.getKey(), e.getValue()));
        return values;
    }

    private static void put(
            Path file,
            CommandLine command,
            Map<String, String> values,
            String key,
            JsonNode value) {
        CommandLine.Model.OptionSpec option = command.getCommandSpec().findOption("--" + key);
        if (option == null || key.equals("config") || key.equals("help")) {
            throw new UserException(
                    file + ": " + command.getCommandName() + " has no option --" + key);
        }
        if (value.isNull() || value.isObject()) {
            throw new UserException(
                    file
                            + ": the value of "
                            + key
                            + " must be a text, a number, true, false or a list");
        }
        boolean list = value.isArray();
        values.put(
                option.longestName(),
                list
                        ? StreamSupport.stream(value.spliterator(), false)
                                .map(JsonNode::asText)
                                .collect(Collectors.joining(","))
                        : value.asText());
    }
}
