package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static quern.cli.data.Refusals.refused;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DataSpecTest {
    private static final Set<String> DISK =
            Set.of("left", "right", "a=b", "one,two", "in,put", "cifar:c.bin");

    private static List<String> split(String spec, String... inputs) {
        return DataSpec.split(spec, List.of(inputs), DISK::contains);
    }

    @Test
    void oneInputTakesAllThatFollows() {
        assertEquals(List.of("nowhere,x=y,z"), split("nowhere,x=y,z", "x"));
        assertEquals(List.of("p,q=r"), split("x=p,q=r", "x"));
    }

    @Test
    void aPrefixThatIsNoInputBelongsToThePath() {
        assertEquals(List.of("a=b"), split("a=b", "x"));
        assertEquals(List.of("left", "a=b"), split("left,a=b", "x", "y"));
        assertEquals(List.of("./x=b"), split("./x=b", "x"));
    }

    @Test
    void namesDecideAndTheRestKeepsItsOrder() {
        assertEquals(List.of("right", "left"), split("y=left,x=right", "x", "y"));
        assertEquals(List.of("left", "c", "right"), split("left,y=c,right", "x", "y", "z"));
    }

    @Test
    void aPathWithACommaIsFoundIfItExists() {
        assertEquals(List.of("one,two", "left"), split("one,two,left", "x", "y"));
        assertEquals(List.of("cifar:c.bin", "one,two"), split("cifar:c.bin,y=one,two", "x", "y"));
        assertEquals(List.of("none", "two"), split("none,two", "x", "y"));
    }

    @Test
    void namesMayHoldCommasAndEqualSigns() {
        assertEquals(List.of("left", "right"), split("in,put=left,in=1=right", "in,put", "in=1"));
        assertEquals(List.of("right", "left"), split("in=1=left,in=right", "in", "in=1"));
    }

    @Test
    void whatDoesNotAddUpIsRefused() {
        refused(() -> split("left", "x", "y"), "1 paths", "2 inputs: x, y");
        refused(() -> split("left,right,left", "x", "y"), "3 paths", "2 inputs");
        refused(() -> split("x=left,x=right", "x", "y"), "x more than once");
        refused(() -> split("", "x"), "no path");
        refused(() -> split("left,", "x", "y"), "no path");
        refused(() -> split("left,y=", "x", "y"), "no path for y");
    }
}
