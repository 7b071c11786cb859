package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static quern.cli.data.Refusals.contradicts;
import static quern.cli.data.Refusals.refused;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import quern.tensor.DType;
import quern.tensor.Floats;

class DataOptionsTest {
    private static Preprocessing read(Map<String, String> metadata, String... words) {
        return DataOptions.parse(words).preprocessing(metadata);
    }

    @CommandLine.Command(name = "command")
    private static final class Command {
        @CommandLine.Mixin private DataOptions options;
    }

    @Test
    void isAMixinOfCommands() {
        Command command = new Command();
        new CommandLine(command).parseArgs("--samples", "7", "--offset=2", "--raw");
        assertEquals(OptionalInt.of(7), command.options.samples());
        assertEquals(2, command.options.offset());
        assertTrue(command.options.preprocessing(Map.of()).isRaw());
        Command bare = new Command();
        new CommandLine(bare).parseArgs();
        assertEquals(OptionalInt.empty(), bare.options.samples());
        assertEquals(0, bare.options.offset());
        assertFalse(bare.options.preprocessing(Map.of()).isRaw());
    }

    @Test
    void nothingGivenMeansPixelsAndNumbersAsTheyAre() {
        Preprocessing p = read(Map.of());
        assertEquals(
                new Preprocessing(
                        Optional.empty(),
                        false,
                        Normalization.NONE,
                        ChannelOrder.RGB,
                        Optional.empty(),
                        Optional.empty(),
                        false),
                p);
    }

    @Test
    void optionsAreRead() {
        Preprocessing p =
                read(
                        Map.of(),
                        "--image=224x192:letterbox=top-left,0",
                        "--mean",
                        "123.675,116.28,103.53",
                        "--std=58.395,57.12,57.375",
                        "--channels",
                        "bgr",
                        "--layout=nchw",
                        "--data-scale=0.58470291",
                        "--data-zero=-83",
                        "--data-type=int16");
        assertEquals(
                Optional.of(new ImageFit(224, 192, new ImageFit.Letterbox(false, 0))), p.image());
        assertEquals(Floats.of(123.675f, 116.28f, 103.53f), p.normalization().mean());
        assertEquals(Floats.of(58.395f, 57.12f, 57.375f), p.normalization().std());
        assertEquals(ChannelOrder.BGR, p.channels());
        assertEquals(Optional.of(Layout.NCHW), p.layout());
        assertEquals(Optional.of(new StoredScale(0.58470291f, -83, DType.S16, true)), p.stored());
    }

    @Test
    void whatIsWrittenIntoAModelIsReadFromIt() {
        DataOptions given =
                DataOptions.parse(
                        "--image=96x96:crop",
                        "--antialias",
                        "--mean=0.1,1e-7,3",
                        "--std=127.5",
                        "--channels=bgr",
                        "--layout=nhwc",
                        "--data-scale=0.1",
                        "--data-zero=3",
                        "--data-type=uint8");
        Map<String, String> metadata = given.metadata(Map.of("other", "kept"));
        assertEquals("kept", metadata.get("other"));
        assertEquals("96x96:crop=0.875", metadata.get("quern.image"));
        assertEquals("true", metadata.get("quern.antialias"));
        assertEquals("0.1,1e-7,3", metadata.get("quern.mean"));
        assertEquals("127.5", metadata.get("quern.std"));
        assertEquals("bgr", metadata.get("quern.channels"));
        assertEquals("nhwc", metadata.get("quern.layout"));
        assertEquals("0.1", metadata.get("quern.data.scale"));
        assertEquals("3", metadata.get("quern.data.zero"));
        assertEquals("uint8", metadata.get("quern.data.type"));
        assertEquals(given.preprocessing(Map.of()), read(metadata));
    }

    @Test
    void optionsGoBeforeMetadata() {
        Map<String, String> model =
                Map.of(
                        "quern.mean", "1",
                        "quern.std", "2",
                        "quern.data.scale", "0.5",
                        "quern.data.zero", "9",
                        "quern.data.type", "uint8");
        Preprocessing p = read(model, "--mean=5");
        assertEquals(new Normalization(Floats.of(5), Floats.of(2)), p.normalization());
        assertEquals(Optional.of(new StoredScale(0.5f, 9, DType.U8, true)), p.stored());
        assertEquals(
                Optional.of(new StoredScale(0.25f, 0, DType.S8, false)),
                read(model, "--data-scale=0.25").stored());
        assertEquals(
                Optional.of(new StoredScale(0.5f, 4, DType.U8, true)),
                read(model, "--data-zero=4").stored());
        assertEquals(Optional.empty(), read(model, "--raw").stored());
        assertTrue(read(Map.of("quern.antialias", "true")).antialias());
        assertFalse(read(Map.of("quern.antialias", "true"), "--no-antialias").antialias());
        assertFalse(
                DataOptions.parse("--data-scale=1").metadata(model).containsKey("quern.data.zero"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "--samples 0",
                "--samples many",
                "--offset -1",
                "--data-scale 0",
                "--data-scale -0.5",
                "--data-scale NaN",
                "--data-zero 1.5",
                "--data-type float32",
                "--image 224",
                "--image 224x224",
                "--image 0x224:stretch",
                "--image 224x224:fit",
                "--image 224x224:crop=1.5",
                "--image 224x224:letterbox=left",
                "--image 224x224:letterbox=center,300",
                "--image 224x99999:stretch",
                "--mean 1,,2",
                "--mean x",
                "--std 1,0,1",
                "--std Infinity",
                "--channels gbr",
                "--layout hwc"
            })
    void aWrongWordIsAUsageErrorThatNamesTheOption(String option, String word) {
        ParameterException e =
                assertThrows(ParameterException.class, () -> DataOptions.parse(option, word));
        assertTrue(e.getMessage().contains(option), e.getMessage());
        assertFalse(e.getMessage().contains("Exception"), e.getMessage());
        assertFalse(e.getMessage().contains("\n"), e.getMessage());
    }

    @Test
    void contradictionsAreSaid() {
        contradicts(() -> read(Map.of(), "--raw", "--data-scale=1"), "--raw", "--data-scale");
        contradicts(() -> read(Map.of(), "--data-zero=1"), "--data-zero", "--data-scale");
        contradicts(() -> read(Map.of(), "--data-type=int8"), "--data-type", "--data-scale");
        contradicts(
                () -> read(Map.of(), "--data-scale=1", "--data-zero=200", "--data-type=int8"),
                "200",
                "int8");
    }

    @Test
    void contradictionsOfACommandAreUsageErrors() {
        Command command = new Command();
        new CommandLine(command).parseArgs("--raw", "--data-scale=1");
        ParameterException e =
                assertThrows(
                        ParameterException.class, () -> command.options.preprocessing(Map.of()));
        assertEquals("command", e.getCommandLine().getCommandName());
        assertThrows(ParameterException.class, () -> command.options.metadata(Map.of()));
    }

    @Test
    void metadataWithoutMeaningIsRefusedByKey() {
        refused(() -> read(Map.of("quern.image", "big")), "metadata quern.image", "big");
        refused(() -> read(Map.of("quern.antialias", "yes")), "metadata quern.antialias", "yes");
        refused(() -> read(Map.of("quern.std", "0")), "metadata quern.std");
        refused(() -> read(Map.of("quern.data.scale", "-1")), "metadata quern.data.scale");
        refused(() -> read(Map.of("quern.data.type", "int4")), "metadata quern.data.type");
        assertEquals(
                ChannelOrder.RGB,
                read(Map.of("quern.channels", "no order"), "--channels=rgb").channels());
    }
}
