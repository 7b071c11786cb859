package quern.machinecode;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The program {@code objdump}, where it is installed. */
final class Disassembler {
    private Disassembler() {}

    static boolean isThere() throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder("objdump", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** One instruction a line, with one space behind its name. */
    static List<String> read(byte[] code) throws IOException {
        Path file = Files.createTempFile("quern", ".bin");
        try {
            Files.write(file, code);
            Process process =
                    new ProcessBuilder(
                                    "objdump",
                                    "-D",
                                    "-b",
                                    "binary",
                                    "-m",
                                    "i386:x86-64",
                                    "-M",
                                    "intel",
                                    "--no-show-raw-insn",
                                    file.toString())
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            String text =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> line.matches("\\s*[0-9a-f]+:\\t.*"))
                    .map(line -> plain(line.substring(line.indexOf('\t') + 1)))
                    .collect(Collectors.toList());
        } finally {
            Files.delete(file);
        }
    }

    /** Without what differs from version to version of objdump. */
    private static String plain(String line) {
        return line.strip()
                .replaceAll("\\s+", " ")
                .replaceAll("DWORD PTR (\\[[^]]*])\\{1to\\d+}", "DWORD BCST $1")
                .replaceAll("^je ", "jz ")
                .replaceAll("^jne ", "jnz ")
                .replaceAll("^retq?$", "ret");
    }
}
