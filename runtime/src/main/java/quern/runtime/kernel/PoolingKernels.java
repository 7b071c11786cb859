package quern.runtime.kernel;

import quern.op.Activation;
import quern.op.TypeRules;
import quern.op.pooling.AveragePool2d;
import quern.op.pooling.L2Pool2d;
import quern.op.pooling.MaxPool2d;
import quern.reference.AccumulatorProof;
import quern.tensor.DType;
import quern.tensor.DType.Storage;

/** Makes the kernels of pooling operators. */
final class PoolingKernels {
    private PoolingKernels() {}

    static Kernel average(AveragePool2d op, Preparation p) {
        PoolShape shape = PoolShape.of(p.type(0).shape(), op.kernel(), op.stride(), op.padding());
        if (p.type(0).dtype() == DType.F32) {
            p.workspace().accumulators(Storage.FLOAT, shape.channels());
            var pool = new AverageF32(p, shape.channels(), op.activation());
            return new PoolKernel("averagePoolF32", shape, p.input(0), p.output(), pool);
        }
        if (TypeRules.isWide(p.type(0))) {
            boolean reals = AveragePool2d.roundsReals(p.node().rounding());
            if (!reals) {
                AccumulatorProof.requireSum(p.node(), p.type(0), shape.taps());
            }
            PoolS16.Kind kind = reals ? PoolS16.Kind.REAL_AVERAGE : PoolS16.Kind.INTEGER_AVERAGE;
            return wide("averagePoolS16", p, shape, op.activation(), kind);
        }
        String name = "averagePool" + p.type(0).dtype();
        if (AveragePool2d.roundsReals(p.node().rounding())) {
            p.workspace().accumulators(Storage.FLOAT, shape.channels());
            var pool = new AverageS8FloatEven(p, shape.channels(), op.activation());
            return new PoolKernel(name, shape, p.input(0), p.output(), pool);
        }
        AccumulatorProof.requireSum(p.node(), shape.taps());
        p.workspace().accumulators(Storage.INT, shape.channels());
        var pool = new PoolS8(p, shape.channels(), op.activation());
        return new PoolKernel(name, shape, p.input(0), p.output(), pool);
    }

    static Kernel l2(L2Pool2d op, Preparation p) {
        PoolShape shape = PoolShape.of(p.type(0).shape(), op.kernel(), op.stride(), op.padding());
        p.workspace().accumulators(Storage.FLOAT, shape.channels());
        var pool = new L2PoolF32(p, shape.channels(), op.activation());
        return new PoolKernel("l2PoolF32", shape, p.input(0), p.output(), pool);
    }

    static Kernel max(MaxPool2d op, Preparation p) {
        PoolShape shape = PoolShape.of(p.type(0).shape(), op.kernel(), op.stride(), op.padding());
        if (TypeRules.isWide(p.type(0))) {
            return wide("maxPoolS16", p, shape, op.activation(), PoolS16.Kind.MAX);
        }
        boolean real = p.type(0).dtype() == DType.F32;
        MaxPoolKernel.Lines lines =
                real
                        ? new MaxPoolF32(p, shape, op.activation())
                        : new MaxPoolS8(p, shape, op.activation());
        return new MaxPoolKernel("maxPool" + p.type(0).dtype(), shape, p, lines);
    }

    private static Kernel wide(
            String name, Preparation p, PoolShape shape, Activation activation, PoolS16.Kind kind) {
        boolean reals = kind == PoolS16.Kind.REAL_AVERAGE;
        p.workspace().accumulators(reals ? Storage.FLOAT : Storage.INT, shape.channels());
        var pool = new PoolS16(p, shape.channels(), activation, kind);
        return new PoolKernel(name, shape, p.input(0), p.output(), pool);
    }
}
