package quern.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static quern.cli.data.DataFiles.bytes;
import static quern.cli.data.Refusals.refused;

import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import quern.fixedpoint.RoundingMode;
import quern.tensor.DType;
import quern.tensor.Quant;
import quern.tensor.Shape;
import quern.tensor.Tensor;
import quern.tensor.TensorType;

class ConversionTest {
    private static Conversion of(RoundingMode mode, TensorType type, String... options) {
        return new Conversion(
                ModelInput.of(Graphs.of(mode, Map.of(), type)).get(0),
                DataOptions.parse(options).preprocessing(Map.of()));
    }

    private static Conversion of(TensorType type, String... options) {
        return of(RoundingMode.DOUBLE, type, options);
    }

    private static Tensor stored(DType dtype, int... values) {
        Tensor t = Tensor.zeros(TensorType.of(dtype, Shape.of(1, values.length)));
        for (int i = 0; i < values.length; i++) {
            t.setInteger(i, values[i]);
        }
        return t;
    }

    private static Tensor reals(float... values) {
        return Tensor.of(Shape.of(1, values.length), values);
    }

    @Test
    void realsAreQuantizedByTheInputsOwnScaleAndRounding() {
        TensorType s8 = TensorType.s8(0.5f, 3, 1, 6);
        Tensor values = reals(0, 0.25f, 0.75f, -0.25f, 1000, -1000);
        assertEquals(Tensor.of(s8, bytes(3, 4, 5, 2, 127, -128)), of(s8).exact(values, "x"));
        assertEquals(
                Tensor.of(s8, bytes(3, 3, 5, 3, 127, -128)),
                of(RoundingMode.FLOAT_EVEN, s8).exact(values, "x"));
        assertEquals(values, of(s8).real(values, "x"));
    }

    @Test
    void integersWithoutScaleAreTheNumbersThemselves() {
        TensorType u8 = Graphs.quantized(DType.U8, 2, 128, 1, 2);
        assertEquals(Tensor.of(u8, bytes(133, 178)), of(u8).exact(stored(DType.S8, 10, 99), "x"));
        assertEquals(reals(7, 255), of(TensorType.f32(1, 2)).exact(stored(DType.U8, 7, 255), "x"));
    }

    @Test
    void storedIntegersBecomeReals() {
        Conversion c = of(TensorType.f32(1, 2), "--data-scale=0.58470291", "--data-zero=83");
        Tensor read = c.exact(stored(DType.S8, -128, 84), "x");
        assertEquals((float) (0.58470291f * -211.0), read.real(0));
        assertEquals(0.58470291f, read.real(1));
        Conversion typed = of(TensorType.f32(1, 1), "--data-scale=1", "--data-type=uint8");
        refused(() -> typed.exact(stored(DType.S8, 1), "some.npy"), "some.npy", "int8", "uint8");
    }

    @Property(seed = "20250101", tries = 300)
    void theModelsOwnCodesComeBackExactly(
            @ForAll("scales") float scale, @ForAll @IntRange(min = 0, max = 255) int offset) {
        for (RoundingMode mode : RoundingMode.values()) {
            for (DType dtype : new DType[] {DType.S8, DType.U8, DType.S16}) {
                int least = (int) dtype.min(dtype.bits());
                int zero = dtype == DType.S16 ? 0 : least + offset;
                TensorType type = Graphs.quantized(dtype, scale, zero, 1, 1 << dtype.bits());
                StoredScale own = new StoredScale(scale, zero, dtype, true);
                Preprocessing plain = Preprocessing.parse(Map.of());
                Preprocessing how =
                        new Preprocessing(
                                plain.image(),
                                plain.antialias(),
                                plain.normalization(),
                                plain.channels(),
                                plain.layout(),
                                Optional.of(own),
                                false);
                Tensor all = Tensor.zeros(TensorType.of(dtype, type.shape()));
                for (int i = 0; i < all.elements(); i++) {
                    all.setInteger(i, least + i);
                }
                ModelInput input = new ModelInput("a", type, mode);
                assertEquals(all.as(type), new Conversion(input, how).exact(all, "x"));
            }
        }
    }

    @Provide
    Arbitrary<Float> scales() {
        return Arbitraries.integers()
                .between(Float.floatToIntBits(1e-30f), Float.floatToIntBits(1e30f))
                .map(Float::intBitsToFloat);
    }

    @Test
    void rawCodesPassThrough() {
        TensorType s8 = TensorType.s8(0.5f, -2, 1, 2);
        Tensor codes = stored(DType.S8, -128, 9);
        assertEquals(codes.as(s8), of(s8, "--raw").exact(codes, "x"));
        assertEquals(reals(-63, 5.5f), of(s8, "--raw").real(codes, "x"));
        assertEquals(reals(1.5f), of(TensorType.f32(1, 1), "--raw").exact(reals(1.5f), "x"));
        refused(
                () -> of(s8, "--raw").exact(stored(DType.U8, 1, 2), "y.npy"),
                "y.npy",
                "holds uint8",
                "int8[1,2]");
        refused(() -> of(s8, "--raw").exact(reals(1, 2), "y.npy"), "holds float32");
        TensorType narrow = new TensorType(DType.S8, Shape.of(1, 1), new Quant.PerTensor(1, 0, 4));
        refused(() -> of(narrow, "--raw").exact(stored(DType.S8, 8), "x"), "8", "-8..7");
    }

    @Test
    void numbersThatAreNoneAreRefusedWithFileAndElement() {
        Conversion c = of(TensorType.s8(1, 0, 1, 3));
        refused(
                () -> c.exact(reals(0, 1, Float.NaN), "dir/x.bin"),
                "dir/x.bin",
                "NaN",
                "element 2");
        refused(() -> c.real(reals(0, 1, Float.NaN), "x.bin"), "x.bin", "NaN");
        refused(
                () -> c.exact(reals(Float.NEGATIVE_INFINITY, 1, 2), "x.bin"),
                "infinite",
                "element 0");
        Conversion raw = of(TensorType.f32(1, 1), "--raw");
        refused(() -> raw.exact(reals(Float.NaN), "x"), "NaN");
    }

    @Test
    void integersWithoutQuantizationStayWhole() {
        TensorType s32 = TensorType.of(DType.S32, Shape.of(1, 2));
        Tensor ids = stored(DType.U16, 3, 65535);
        assertEquals(65535, of(s32).exact(ids, "x").integer(1));
        assertEquals(of(s32).exact(ids, "x"), of(s32).real(ids, "x"));
        assertEquals(-7, of(s32).exact(reals(1, -7), "x").integer(1));
        refused(() -> of(s32).exact(reals(1, 0.5f), "x.npy"), "x.npy", "0.5", "whole");
        TensorType bool = TensorType.of(DType.BOOL, Shape.of(1, 1));
        assertEquals(1, of(bool).exact(reals(1), "x").integer(0));
        refused(() -> of(bool).exact(reals(2), "x"), "0..1");
    }

    @Test
    void inputsThatCannotBeFilledAreRefused() {
        TensorType half = TensorType.of(DType.F16, Shape.of(1, 2));
        refused(() -> of(half), "input a", "float16");
    }
}
