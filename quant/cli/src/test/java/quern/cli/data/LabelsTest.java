package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static quern.cli.data.DataFiles.bytes;
import static quern.cli.data.DataFiles.gzip;
import static quern.cli.data.DataFiles.idx;
import static quern.cli.data.DataFiles.write;
import static quern.cli.data.Refusals.refused;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelsTest {
    @TempDir Path temp;

    private Labels csv(String text, String column) {
        return Labels.read(DataFiles.text(temp.resolve("l.csv"), text).toString(), column);
    }

    private Labels csv(String text) {
        return csv(text, "");
    }

    @Test
    void theLastColumnIsTheLabelAndTheFirstTheFile() {
        Labels labels = csv("a.bin,12,7\nb.bin,12,11\n");
        assertEquals(2, labels.size());
        assertEquals(7, labels.label(0, "a.bin"));
        assertEquals(11, labels.label(0, "b.bin"));
        assertEquals(11, labels.label(1, ""));
    }

    @Test
    void aHeaderIsDetected() {
        String text = "file,index,other\r\na.JPEG,0,1\r\n\r\nb.JPEG,5,6\r\n";
        assertEquals(2, csv(text).size());
        assertEquals(6, csv(text).label(0, "b.JPEG"));
        assertEquals(5, csv(text, "index").label(0, "b.JPEG"));
        assertEquals(5, csv(text, "1").label(0, "b.JPEG"));
        assertEquals(6, csv(text, "2").label(0, "b.JPEG"));
        refused(() -> csv(text, "name"), "l.csv", "no column name", "file, index, other");
        refused(() -> csv(text, "3"), "no column 3");
    }

    @Test
    void filesAreMatchedByNameThenByStem() {
        Labels labels = csv("dir/a.jpg,1\na.png,2\nb.jpg,3\n");
        assertEquals(1, labels.label(0, "a.jpg"));
        assertEquals(2, labels.label(0, "a.png"));
        assertEquals(3, labels.label(0, "b.npy"));
        refused(() -> labels.label(0, "a.npy"), "l.csv", "a.npy");
        refused(() -> labels.label(0, "c.jpg"), "l.csv", "no label for c.jpg");
    }

    @Test
    void quotesHoldCommasAndQuotes() {
        Labels labels =
                csv(
                        "\uFEFF\"a, \"\"b\"\".png\" , \"3\"\n"
                                .replace(" ,", ",")
                                .replace(", \"3", ",\"3"));
        assertEquals(3, labels.label(0, "a, \"b\".png"));
        refused(() -> csv("\"a,3\n"), "l.csv line 1", "quote");
        refused(() -> csv("x,1\n\"a\"b,3\n"), "l.csv line 2", "quote");
    }

    @Test
    void aSingleColumnIsMatchedByRow() {
        Labels labels = csv("label\n4\n5");
        assertEquals(2, labels.size());
        assertEquals(5, labels.label(1, "any.png"));
    }

    @Test
    void whatIsNoLabelIsRefusedByLine() {
        refused(() -> csv("a,1\nb,x\n"), "l.csv line 2", "'x'");
        refused(() -> csv("a,1\n\nb,-1\n"), "l.csv line 3", "'-1'");
        refused(() -> csv("a,1\nb,99999999999\n"), "line 2");
        refused(() -> csv("a,1\nb\n"), "line 2", "1 cells");
        refused(() -> csv("a,1\na,2\n"), "a two labels, 1 and 2");
        refused(() -> csv(""), "l.csv", "no labels");
        refused(() -> csv("file,label\n"), "below its header");
        Path broken = write(temp.resolve("b.csv"), bytes('a', ',', 0xFF, 0xFE));
        refused(() -> Labels.read(broken.toString()), "b.csv", "UTF-8");
    }

    @Test
    void idxIsOneRowOfIntegers() {
        byte[] file = idx(8, bytes(3, 200, 1), 3);
        Path plain = write(temp.resolve("l-idx1-ubyte"), file);
        Path packed = write(temp.resolve("l-idx1-ubyte.gz"), gzip(file));
        for (Path path : new Path[] {plain, packed}) {
            Labels labels = Labels.read(path.toString());
            assertEquals(3, labels.size());
            assertEquals(200, labels.label(1, ""));
            assertEquals(200, labels.label(1, "x.png"));
        }
        Path wide = write(temp.resolve("w.idx"), idx(8, bytes(1, 2, 3, 4), 2, 2));
        refused(() -> Labels.read(wide.toString()), "w.idx", "uint8[2,2]");
        Path negative = write(temp.resolve("n.idx"), idx(9, bytes(1, -2), 2));
        refused(() -> Labels.read(negative.toString()), "n.idx", "-2", "row 1");
        Path cut = write(temp.resolve("c.idx"), idx(8, bytes(1, 2), Integer.MAX_VALUE));
        refused(() -> Labels.read(cut.toString()), "c.idx", "truncated");
    }

    @Test
    void whatIsNoLabelsFileIsRefused() {
        refused(() -> Labels.read(temp.toString()), "is a folder", "YOLO");
        refused(() -> Labels.read(temp.resolve("none.csv").toString()), "no such file");
        Path other = DataFiles.text(temp.resolve("x.json"), "[]");
        refused(() -> Labels.read(other.toString()), "x.json", ".csv or IDX");
    }
}
