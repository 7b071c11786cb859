package quern.reference;

import java.util.LinkedHashMap;
import java.util.Map;
import quern.error.UnsupportedOpException;
import quern.op.Op;
import quern.op.OpSet;

/** The table of reference kernels: one row an operator. */
public final class ReferenceKernels {
    private static final Map<Class<? extends Op>, ReferenceKernel<?>> ROWS = new LinkedHashMap<>();

    static {
    }

    private ReferenceKernels() {}

    private static <O extends Op> void row(Class<O> type, ReferenceKernel<O> kernel) {
        ROWS.put(type, kernel);
    }

    /** Whether the operator has a reference kernel. */
    public static boolean has(Class<? extends Op> type) {
        return ROWS.containsKey(type);
    }

    /** Runs the reference kernel of the node's operator. */
    public static void run(KernelContext context) {
        run(context.node().op(), context);
    }

    @SuppressWarnings("unchecked")
    private static <O extends Op> void run(O op, KernelContext context) {
        ReferenceKernel<O> kernel = (ReferenceKernel<O>) ROWS.get(op.getClass());
        if (kernel == null) {
            throw new UnsupportedOpException(
                    OpSet.standard().name(op),
                    context.node().name(),
                    "it has no reference kernel in this version");
        }
        kernel.run(op, context);
    }
}
