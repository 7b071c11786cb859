import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Writes a jar again as small as the format allows: no entries for folders and no Maven files, and
 * each entry deflated by the cheapest path through all its matches. The same jar gives the same
 * bytes. Usage: {@code java Press.java JAR}.
 *
 * <p>Source: RFC 1951 (deflate) and PKWARE's APPNOTE (zip).
 */
public final class Press {
    private static final int WINDOW = 1 << 15;
    private static final int LONGEST = 258;
    private static final int ROUNDS = 12;
    private static final int END = 256;
    private static final int LOCAL = 30;
    private static final int CENTRAL = 46;
    private static final int[] LENGTH_BASE = {
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115,
        131, 163, 195, 227, 258
    };
    private static final int[] DISTANCE_BASE = {
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537,
        2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577
    };
    private static final int[] CODE_ORDER = {
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
    };

    private final byte[] data;
    /** For each place the distances of the nearest match of each length from 3 on. */
    private final int[][] matches;

    private Press(byte[] data) {
        this.data = data;
        this.matches = new int[data.length][];
        int[] head = new int[1 << 16];
        int[] previous = new int[data.length];
        Arrays.fill(head, -1);
        for (int i = 0; i < data.length; i++) {
            matches[i] = new int[0];
            if (i + 3 > data.length) {
                continue;
            }
            int hash = ((data[i] & 0xFF) * 31 + (data[i + 1] & 0xFF)) * 31 + (data[i + 2] & 0xFF);
            hash = hash * 40503 & 0xFFFF;
            int[] found = new int[LONGEST + 1];
            int best = 2;
            for (int k = head[hash]; k >= 0 && i - k <= WINDOW && best < LONGEST; k = previous[k]) {
                int n = 0;
                while (n < LONGEST && i + n < data.length && data[k + n] == data[i + n]) {
                    n++;
                }
                for (; best < n; best++) {
                    found[best + 1] = i - k;
                }
            }
            matches[i] = Arrays.copyOfRange(found, 3, best + 1);
            previous[i] = head[hash];
            head[hash] = i;
        }
    }

    private static int symbol(int[] base, int value) {
        int s = Arrays.binarySearch(base, value);
        return s >= 0 ? s : -s - 2;
    }

    private static int lengthBits(int s) {
        return s < 8 || s == 28 ? 0 : (s - 4) / 4;
    }

    private static int distanceBits(int s) {
        return s < 4 ? 0 : (s - 2) / 2;
    }

    private static final int[] LENGTH_SYMBOL = new int[LONGEST + 1];
    private static final int[] DISTANCE_SYMBOL = new int[WINDOW + 1];

    static {
        for (int i = 3; i <= LONGEST; i++) {
            LENGTH_SYMBOL[i] = symbol(LENGTH_BASE, i);
        }
        for (int i = 1; i <= WINDOW; i++) {
            DISTANCE_SYMBOL[i] = symbol(DISTANCE_BASE, i);
        }
    }

    /** A block: pairs of length and distance; a length of 1 is a literal. */
    private record Block(int from, int to, int[] lengths, int[] distances, int count) {}

    /** Costs in bits of literals and lengths, and of distances. */
    private record Costs(double[] symbols, double[] distances) {}

    private Block parse(int from, int to, Costs c) {
        int n = to - from;
        double[] cost = new double[n + 1];
        int[] length = new int[n + 1];
        int[] distance = new int[n + 1];
        Arrays.fill(cost, Double.MAX_VALUE);
        cost[0] = 0;
        double[] lengthCost = new double[LONGEST + 1];
        for (int l = 3; l <= LONGEST; l++) {
            int s = LENGTH_SYMBOL[l];
            lengthCost[l] = c.symbols()[257 + s] + lengthBits(s);
        }
        for (int i = 0; i < n; i++) {
            double literal = cost[i] + c.symbols()[data[from + i] & 0xFF];
            if (literal < cost[i + 1]) {
                cost[i + 1] = literal;
                length[i + 1] = 1;
            }
            int[] m = matches[from + i];
            int last = 0;
            double d = 0;
            for (int k = 0; k < m.length && i + k + 3 <= n; k++) {
                if (m[k] != last) {
                    last = m[k];
                    int s = DISTANCE_SYMBOL[last];
                    d = cost[i] + c.distances()[s] + distanceBits(s);
                }
                double all = d + lengthCost[k + 3];
                if (all < cost[i + k + 3]) {
                    cost[i + k + 3] = all;
                    length[i + k + 3] = k + 3;
                    distance[i + k + 3] = last;
                }
            }
        }
        int count = 0;
        for (int i = n; i > 0; i -= length[i]) {
            count++;
        }
        int[] ls = new int[count];
        int[] ds = new int[count];
        int at = count;
        for (int i = n; i > 0; i -= length[i]) {
            ls[--at] = length[i];
            ds[at] = distance[i];
        }
        return new Block(from, to, ls, ds, count);
    }

    private int[][] frequencies(Block b) {
        int[] symbols = new int[286];
        int[] distances = new int[30];
        int at = b.from();
        for (int i = 0; i < b.count(); i++) {
            int l = b.lengths()[i];
            if (l == 1) {
                symbols[data[at] & 0xFF]++;
            } else {
                symbols[257 + LENGTH_SYMBOL[l]]++;
                distances[DISTANCE_SYMBOL[b.distances()[i]]]++;
            }
            at += l;
        }
        symbols[END] = 1;
        return new int[][] {symbols, distances};
    }

    /** Lengths of the codes of a Huffman tree, {@code limit} at most. */
    private static int[] codeLengths(int[] frequencies, int limit) {
        int[] f = frequencies.clone();
        while (true) {
            int[] lengths = huffman(f);
            if (Arrays.stream(lengths).max().orElse(0) <= limit) {
                return lengths;
            }
            for (int i = 0; i < f.length; i++) {
                f[i] = f[i] == 0 ? 0 : (f[i] >> 1) + 1;
            }
        }
    }

    private static int[] huffman(int[] f) {
        int[] lengths = new int[f.length];
        PriorityQueue<long[]> queue =
                new PriorityQueue<>(
                        (a, b) -> a[0] != b[0] ? Long.compare(a[0], b[0]) : Long.compare(a[1], b[1]));
        int[] parent = new int[2 * f.length + 1];
        int nodes = f.length;
        for (int i = 0; i < f.length; i++) {
            if (f[i] > 0) {
                queue.add(new long[] {f[i], i});
            }
        }
        if (queue.size() == 1) {
            lengths[(int) queue.remove()[1]] = 1;
            return lengths;
        }
        while (queue.size() > 1) {
            long[] a = queue.remove();
            long[] b = queue.remove();
            parent[(int) a[1]] = nodes;
            parent[(int) b[1]] = nodes;
            queue.add(new long[] {a[0] + b[0], nodes++});
        }
        for (int i = 0; i < f.length; i++) {
            for (int k = i; f[i] > 0 && k != nodes - 1; k = parent[k]) {
                lengths[i]++;
            }
        }
        return lengths;
    }

    private static final class Bits {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        long held;
        int count;

        void put(int value, int bits) {
            held |= (long) value << count;
            count += bits;
            while (count >= 8) {
                out.write((int) held & 0xFF);
                held >>>= 8;
                count -= 8;
            }
        }

        byte[] bytes() {
            if (count > 0) {
                out.write((int) held & 0xFF);
            }
            return out.toByteArray();
        }
    }

    private static int[] codes(int[] lengths) {
        int[] codes = new int[lengths.length];
        int code = 0;
        for (int l = 1; l <= 15; l++) {
            for (int i = 0; i < lengths.length; i++) {
                if (lengths[i] == l) {
                    codes[i] = Integer.reverse(code++) >>> 32 - l;
                }
            }
            code <<= 1;
        }
        return codes;
    }

    /** The runs of a list of code lengths: code, number of extra bits, extra value. */
    private static List<int[]> runs(int[] lengths, int n, boolean repeat, boolean zeros, boolean many) {
        List<int[]> all = new ArrayList<>();
        for (int i = 0; i < n; ) {
            int v = lengths[i];
            int run = 1;
            while (i + run < n && lengths[i + run] == v) {
                run++;
            }
            i += run;
            if (v == 0) {
                while (run >= 11 && many) {
                    int k = Math.min(run, 138);
                    all.add(new int[] {18, 7, k - 11});
                    run -= k;
                }
                while (run >= 3 && zeros) {
                    int k = Math.min(run, 10);
                    all.add(new int[] {17, 3, k - 3});
                    run -= k;
                }
            } else if (repeat && run >= 4) {
                all.add(new int[] {v, 0, 0});
                run--;
                while (run >= 3) {
                    int k = Math.min(run, 6);
                    if (run - k > 0 && run - k < 3 && run >= 6) {
                        k = run - 3 >= 3 && run - 3 <= 6 ? run - 3 : k;
                    }
                    all.add(new int[] {16, 2, k - 3});
                    run -= k;
                }
            }
            while (run-- > 0) {
                all.add(new int[] {v, 0, 0});
            }
        }
        return all;
    }

    /** Writes a block, or only counts its bits. */
    private long write(Block b, boolean last, Bits to) {
        int[][] f = frequencies(b);
        int[] symbols = codeLengths(f[0], 15);
        int[] distances = codeLengths(f[1], 15);
        int hlit = 286;
        while (hlit > 257 && symbols[hlit - 1] == 0) {
            hlit--;
        }
        int hdist = 30;
        while (hdist > 1 && distances[hdist - 1] == 0) {
            hdist--;
        }
        int[] both = Arrays.copyOf(symbols, hlit + hdist);
        System.arraycopy(distances, 0, both, hlit, hdist);
        long body = 0;
        for (int i = 0; i < 286; i++) {
            body += (long) f[0][i] * (symbols[i] + (i > 256 ? lengthBits(i - 257) : 0));
        }
        for (int i = 0; i < 30; i++) {
            body += (long) f[1][i] * (distances[i] + distanceBits(i));
        }
        long least = Long.MAX_VALUE;
        List<int[]> runs = null;
        int[] small = null;
        for (int k = 0; k < 8; k++) {
            List<int[]> r = runs(both, both.length, (k & 1) > 0, (k & 2) > 0, (k & 4) > 0);
            int[] rf = new int[19];
            r.forEach(x -> rf[x[0]]++);
            int[] rl = codeLengths(rf, 7);
            long size = 0;
            for (int[] x : r) {
                size += rl[x[0]] + x[1];
            }
            int n = 19;
            while (n > 4 && rl[CODE_ORDER[n - 1]] == 0) {
                n--;
            }
            size += 3L * n;
            if (size < least) {
                least = size;
                runs = r;
                small = rl;
            }
        }
        if (to != null) {
            int n = 19;
            while (n > 4 && small[CODE_ORDER[n - 1]] == 0) {
                n--;
            }
            to.put(last ? 1 : 0, 1);
            to.put(2, 2);
            to.put(hlit - 257, 5);
            to.put(hdist - 1, 5);
            to.put(n - 4, 4);
            for (int i = 0; i < n; i++) {
                to.put(small[CODE_ORDER[i]], 3);
            }
            int[] sc = codes(small);
            for (int[] x : runs) {
                to.put(sc[x[0]], small[x[0]]);
                to.put(x[2], x[1]);
            }
            int[] symbolCodes = codes(symbols);
            int[] distanceCodes = codes(distances);
            int at = b.from();
            for (int i = 0; i < b.count(); i++) {
                int l = b.lengths()[i];
                if (l == 1) {
                    int s = data[at] & 0xFF;
                    to.put(symbolCodes[s], symbols[s]);
                } else {
                    int s = LENGTH_SYMBOL[l];
                    to.put(symbolCodes[257 + s], symbols[257 + s]);
                    to.put(l - LENGTH_BASE[s], lengthBits(s));
                    int d = DISTANCE_SYMBOL[b.distances()[i]];
                    to.put(distanceCodes[d], distances[d]);
                    to.put(b.distances()[i] - DISTANCE_BASE[d], distanceBits(d));
                }
                at += l;
            }
            to.put(symbolCodes[END], symbols[END]);
        }
        return 17 + least + body;
    }

    private static double[] cost(int[] f) {
        double sum = Arrays.stream(f).sum();
        double[] c = new double[f.length];
        for (int i = 0; i < f.length; i++) {
            c[i] = sum == 0 ? 5 : Math.log((sum + 1) / Math.max(f[i], 0.5)) / Math.log(2);
        }
        return c;
    }

    private Costs costs(Block b) {
        int[][] f = frequencies(b);
        return new Costs(cost(f[0]), cost(f[1]));
    }

    private static Costs first() {
        double[] symbols = new double[286];
        double[] distances = new double[30];
        Arrays.fill(symbols, 8);
        Arrays.fill(symbols, 257, 286, 6);
        Arrays.fill(distances, 5);
        return new Costs(symbols, distances);
    }

    /** The best block found for a part of the data. */
    private Block best(int from, int to, Costs start, int rounds) {
        Costs c = start;
        Block best = null;
        long least = Long.MAX_VALUE;
        for (int i = 0; i < rounds; i++) {
            Block b = parse(from, to, c);
            long size = write(b, false, null);
            if (size < least) {
                least = size;
                best = b;
            } else if (i > 4 && i % 3 != 0) {
                break;
            }
            c = costs(b);
        }
        return best;
    }

    /** Cuts a part where two blocks are smaller than one. */
    private void split(Block b, List<Block> to, int depth) {
        int n = b.to() - b.from();
        long whole = write(b, false, null);
        long least = whole;
        int cut = -1;
        Block left = null;
        Block right = null;
        if (n > 400 && depth < 5) {
            Costs c = costs(b);
            int steps = 12;
            int low = b.from();
            int high = b.to();
            for (int pass = 0; pass < 3; pass++) {
                int found = -1;
                for (int k = 1; k < steps; k++) {
                    int at = low + (int) ((long) (high - low) * k / steps);
                    if (at - b.from() < 100 || b.to() - at < 100) {
                        continue;
                    }
                    Block p = best(b.from(), at, c, 2);
                    Block q = best(at, b.to(), c, 2);
                    long size = write(p, false, null) + write(q, false, null);
                    if (size < least) {
                        least = size;
                        cut = at;
                        left = p;
                        right = q;
                        found = at;
                    }
                }
                if (found < 0) {
                    break;
                }
                int width = Math.max(24, (high - low) / steps);
                low = found - width;
                high = found + width;
            }
        }
        if (cut < 0) {
            to.add(b);
            return;
        }
        split(best(b.from(), cut, costs(left), ROUNDS), to, depth + 1);
        split(best(cut, b.to(), costs(right), ROUNDS), to, depth + 1);
    }

    private static byte[] deflated(byte[] data) {
        Press p = new Press(data);
        List<Block> blocks = new ArrayList<>();
        p.split(p.best(0, data.length, first(), ROUNDS), blocks, 0);
        Bits bits = new Bits();
        for (int i = 0; i < blocks.size(); i++) {
            p.write(blocks.get(i), i == blocks.size() - 1, bits);
        }
        return bits.bytes();
    }

    /** Throws unless the JDK makes the data of its deflated form again. */
    private static void check(String name, byte[] data, byte[] deflated) throws IOException {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(deflated);
            byte[] again = new byte[data.length + 1];
            int n = inflater.inflate(again);
            if (!inflater.finished() || !Arrays.equals(again, 0, n, data, 0, data.length)) {
                throw new IOException(name + " is not deflated rightly");
            }
        } catch (DataFormatException e) {
            throw new IOException(name, e);
        } finally {
            inflater.end();
        }
    }

    /** Time and date as a zip file has them. */
    private static int time(ZipEntry e) {
        LocalDateTime t = e.getTimeLocal();
        int date = t.getYear() - 1980 << 9 | t.getMonthValue() << 5 | t.getDayOfMonth();
        return date << 16 | t.getHour() << 11 | t.getMinute() << 5 | t.getSecond() / 2;
    }

    /** What the header of a file and its entry in the directory have in common. */
    private static ByteBuffer header(int room, ZipEntry e, byte[] data, byte[] pressed, byte[] name) {
        CRC32 crc = new CRC32();
        crc.update(data);
        ByteBuffer b = ByteBuffer.allocate(room + name.length).order(ByteOrder.LITTLE_ENDIAN);
        b.putInt(room == LOCAL ? 0x04034b50 : 0x02014b50);
        if (room == CENTRAL) {
            b.putShort((short) 20);
        }
        b.putShort((short) 20).putShort((short) 0);
        b.putShort((short) (pressed == data ? 0 : 8)).putInt(time(e));
        b.putInt((int) crc.getValue()).putInt(pressed.length).putInt(data.length);
        return b.putShort((short) name.length).putShort((short) 0);
    }

    private static byte[] pressed(ZipFile jar) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream directory = new ByteArrayOutputStream();
        List<ZipEntry> entries = new ArrayList<>();
        for (ZipEntry e : Collections.list(jar.entries())) {
            if (!e.isDirectory() && !e.getName().startsWith("META-INF/maven/")) {
                entries.add(e);
            }
        }
        entries.sort(
                Comparator.comparing((ZipEntry e) -> !e.getName().equals("META-INF/MANIFEST.MF"))
                        .thenComparing(ZipEntry::getName));
        for (ZipEntry e : entries) {
            byte[] data = jar.getInputStream(e).readAllBytes();
            byte[] deflated = deflated(data);
            check(e.getName(), data, deflated);
            byte[] pressed = deflated.length < data.length ? deflated : data;
            byte[] name = e.getName().getBytes(StandardCharsets.US_ASCII);
            ByteBuffer central = header(CENTRAL, e, data, pressed, name);
            central.putShort((short) 0).putInt(0).putInt(0).putInt(out.size()).put(name);
            directory.writeBytes(central.array());
            out.writeBytes(header(LOCAL, e, data, pressed, name).put(name).array());
            out.writeBytes(pressed);
        }
        ByteBuffer end = ByteBuffer.allocate(22).order(ByteOrder.LITTLE_ENDIAN);
        short n = (short) entries.size();
        end.putInt(0x06054b50).putInt(0).putShort(n).putShort(n);
        end.putInt(directory.size()).putInt(out.size()).putShort((short) 0);
        out.writeBytes(directory.toByteArray());
        out.writeBytes(end.array());
        return out.toByteArray();
    }

    public static void main(String[] args) throws IOException {
        Path jar = Path.of(args[0]);
        byte[] pressed;
        try (ZipFile z = new ZipFile(jar.toFile())) {
            pressed = pressed(z);
        }
        Path beside = Path.of(args[0] + ".pressed");
        Files.write(beside, pressed);
        Files.move(beside, jar, StandardCopyOption.REPLACE_EXISTING);
    }
}
