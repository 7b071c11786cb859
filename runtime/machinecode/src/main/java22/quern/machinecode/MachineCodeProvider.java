package quern.machinecode;

import java.lang.foreign.Arena;
import java.util.Optional;
import java.util.function.UnaryOperator;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.Products;
import quern.runtime.micro.TierProvider;

/**
 * The tier of machine code on Linux and x86-64 with AVX2 or AVX-512. Code is written and tested
 * when it is first asked for, and given back when nobody holds this provider or its kernels.
 */
public final class MachineCodeProvider implements TierProvider {
    private final UnaryOperator<Features> limit;
    private Products products;
    private Optional<Lookup> lookup = Optional.empty();
    private Optional<Requantize> requantize = Optional.empty();
    private Optional<EverySecond> everySecond = Optional.empty();
    private Optional<Functions> functions = Optional.empty();
    private String refusal;

    /** For {@link java.util.ServiceLoader}. */
    public MachineCodeProvider() {
        this(all -> all);
    }

    MachineCodeProvider(UnaryOperator<Features> limit) {
        this.limit = limit;
    }

    @Override
    public String tier() {
        return "machinecode";
    }

    @Override
    public int speed() {
        return 2;
    }

    @Override
    public synchronized Optional<String> refusal() {
        if (products == null && refusal == null) {
            prepare();
        }
        return Optional.ofNullable(refusal);
    }

    @Override
    public synchronized Microkernels over(Microkernels below) {
        refusal()
                .ifPresent(
                        why -> {
                            throw new IllegalStateException(why);
                        });
        return new MicrokernelsWithProducts(
                below, products, lookup, requantize, everySecond, functions);
    }

    private void prepare() {
        String system = System.getProperty("os.name");
        String architecture = System.getProperty("os.arch");
        if (!system.equals("Linux")
                || !architecture.equals("amd64") && !architecture.equals("x86_64")) {
            refusal = "it is for Linux on x86-64, not for " + system + " on " + architecture;
            return;
        }
        try {
            Features features = features();
            Optional<Isa> isa = features.best();
            if (isa.isEmpty()) {
                refusal = "the CPU has no AVX2 with FMA";
                return;
            }
            Products made = new MachineProducts(isa.get(), Arena.ofAuto());
            lookup = MachineLookup.of(features, Arena.ofAuto());
            requantize = MachineRequantize.of(features, Arena.ofAuto());
            everySecond = MachineEverySecond.of(features, Arena.ofAuto());
            functions = MachineFunctions.of(features, Arena.ofAuto());
            refusal = SelfTest.failure(made).orElse(null);
            if (refusal == null) {
                products = made;
            }
        } catch (IllegalCallerException e) {
            refusal = "native access is denied to the module quern.machinecode";
        } catch (UnsupportedOperationException e) {
            refusal = e.getMessage();
        } catch (ExceptionInInitializerError e) {
            refusal = "this JVM calls no code at an address: " + e.getCause();
        }
    }

    private Features features() {
        try (Arena arena = Arena.ofConfined()) {
            return limit.apply(Features.of(new ThisCpu(arena)));
        }
    }
}
