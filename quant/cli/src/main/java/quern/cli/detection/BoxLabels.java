package quern.cli.detection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import quern.error.FormatException;

/**
 * A folder of YOLO labels: for each picture a text file of its name, with a line {@code class cx cy
 * w h} for each box, in parts of the picture's width and height. A picture without a file has no
 * boxes.
 */
public final class BoxLabels {
    private static final int MOST_BYTES = 16 << 20;

    private final Path folder;

    private BoxLabels(Path folder) {
        this.folder = folder;
    }

    /**
     * Opens a folder.
     *
     * @throws FormatException if it is none
     */
    public static BoxLabels open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new FormatException(
                    folder.toString(), "is no folder of YOLO .txt files, which metric map needs");
        }
        return new BoxLabels(folder);
    }

    /**
     * The boxes of a picture, in parts of its width and height.
     *
     * @param stem the picture's file name without its extension
     */
    public List<Box> boxes(String stem) {
        Path file = folder.resolve(stem + ".txt");
        List<Box> boxes = new ArrayList<>();
        if (!Files.exists(file)) {
            return boxes;
        }
        try {
            if (Files.size(file) > MOST_BYTES) {
                throw new FormatException(file.toString(), "is larger than 16 MB");
            }
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                if (!lines.get(i).isBlank()) {
                    boxes.add(box(file + " line " + (i + 1), lines.get(i).trim().split("\\s+")));
                }
            }
        } catch (IOException e) {
            throw new FormatException(file.toString(), "cannot be read as text");
        }
        return boxes;
    }

    private static Box box(String place, String[] words) {
        try {
            if (words.length != 5) {
                throw new FormatException(
                        place, "holds " + words.length + " numbers, not class cx cy w h");
            }
            double[] n = new double[4];
            for (int i = 0; i < 4; i++) {
                n[i] = Double.parseDouble(words[i + 1]);
                if (!(n[i] >= 0 && n[i] <= 1)) {
                    throw new FormatException(
                            place, words[i + 1] + " is not a part of the picture from 0 to 1");
                }
            }
            int category = Integer.parseInt(words[0]);
            if (category < 0) {
                throw new FormatException(place, "class " + category + " is negative");
            }
            return Box.around(category, 1f, n[0], n[1], n[2], n[3]);
        } catch (NumberFormatException e) {
            throw new FormatException(place, "holds something else than class cx cy w h");
        }
    }
}
