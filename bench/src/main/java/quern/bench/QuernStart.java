package quern.bench;

import java.io.IOException;
import java.nio.file.Path;
import quern.formats.Models;
import quern.runtime.Plan;
import quern.runtime.Session;

/** The smallest program that runs a model; prints a result and its peak memory. */
public final class QuernStart {
    private QuernStart() {}

    public static void main(String[] args) throws IOException {
        try (Session session = Session.open(Plan.of(Models.read(Path.of(args[0]))))) {
            session.run();
            System.out.println(session.output(0).code(0));
        }
        System.out.println(Starts.peakMemory());
    }
}
