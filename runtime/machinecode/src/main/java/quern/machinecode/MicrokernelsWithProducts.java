package quern.machinecode;

import java.util.Optional;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.OverMicrokernels;
import quern.runtime.micro.Products;

/** The inner loops of the tier below, with products and tables of this tier. */
final class MicrokernelsWithProducts extends OverMicrokernels {
    private final Optional<Products> products;
    private final Optional<Lookup> lookup;

    /**
     * @param lookup of at least 64 bytes, if there is one
     */
    MicrokernelsWithProducts(Microkernels below, Products products, Optional<Lookup> lookup) {
        super(below);
        this.products = Optional.of(products);
        this.lookup = lookup;
    }

    @Override
    public void lookupS8(byte[] x, int xOffset, byte[] table, byte[] y, int yOffset, int n) {
        int whole = lookup.isPresent() ? n - n % LookupCode.BYTES : 0;
        if (whole > 0) {
            lookup.get().run(x, xOffset, table, y, yOffset, whole);
        }
        super.lookupS8(x, xOffset + whole, table, y, yOffset + whole, n - whole);
    }

    @Override
    public String tier() {
        return "machinecode";
    }

    @Override
    public Optional<Products> products() {
        return products;
    }
}
