package quern.formats.tflite;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Files with signatures, metadata and an archive behind them. */
final class MetadataModels {
    private MetadataModels() {}

    /** A picture with labels, normalization and a signature. */
    static byte[] described() {
        byte[] metadata = Flat.file(metadata(new float[] {127.5f}, new float[] {127.5f}), "M001");
        Flat.Tables signatures = Flat.tables(List.of(signature("classify", 0, "image", "scores")));
        byte[] model =
                with(picture(TinyModel.FLOAT32), metadata)
                        .changeModel(t -> t.with(7, signatures))
                        .bytes();
        byte[] archive = zip(9, "labels.txt", "cat\ndog\n");
        byte[] all = new byte[model.length + archive.length];
        System.arraycopy(model, 0, all, 0, model.length);
        System.arraycopy(archive, 0, all, model.length, archive.length);
        return all;
    }

    static byte[] zip(int level, String name, String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(level);
            zip.putNextEntry(new ZipEntry("other.txt"));
            zip.write(1);
            zip.putNextEntry(new ZipEntry(name));
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static Flat.Table metadata(float[] mean, float[] std) {
        Flat.Table normalization =
                Flat.table().with(0, Flat.floats(mean)).with(1, Flat.floats(std));
        Flat.Table unit = Flat.table().with(0, (byte) 1).with(1, normalization);
        Flat.Table input = Flat.table().with(4, Flat.tables(List.of(unit)));
        Flat.Table labels = Flat.table().with(0, Flat.string("labels.txt")).with(2, (byte) 2);
        Flat.Table output = Flat.table().with(6, Flat.tables(List.of(labels)));
        Flat.Table subgraph =
                Flat.table()
                        .with(2, Flat.tables(List.of(input)))
                        .with(3, Flat.tables(List.of(output)));
        return Flat.table().with(3, Flat.tables(List.of(subgraph)));
    }

    static TinyModel with(TinyModel m, byte[] metadata) {
        Flat.Table buffer = Flat.table().with(0, Flat.bytes(metadata));
        Flat.Table entry = Flat.table().with(0, Flat.string("TFLITE_METADATA")).with(1, 0);
        return m.changeBuffer(0, t -> buffer)
                .changeModel(t -> t.with(6, Flat.tables(List.of(entry))));
    }

    static TinyModel picture(int type) {
        TinyModel m = new TinyModel();
        int x = m.tensor("x", type, 1, 2, 2, 3);
        int y = m.tensor("y", type, 12);
        m.changeTensor(x, t -> t.with(2, 1)).changeTensor(y, t -> t.with(2, 1));
        if (type == TinyModel.UINT8) {
            m.quantize(x, 0.25f, 3).quantize(y, 0.25f, 3);
        }
        m.data(m.tensor("unused", TinyModel.FLOAT32, 0), Flat.floats());
        Flat.Table shape = Flat.table().with(0, Flat.ints(12));
        return m.operator(22, 17, shape, new int[] {x}, y).inputs(x).outputs(y);
    }

    static Flat.Table signature(String key, int subgraph, String in, String out) {
        return Flat.table()
                .with(0, map(in, 0))
                .with(1, map(out, 1))
                .with(2, Flat.string(key))
                .with(4, subgraph);
    }

    private static Flat.Tables map(String name, int tensor) {
        return Flat.tables(List.of(Flat.table().with(0, Flat.string(name)).with(1, tensor)));
    }
}
