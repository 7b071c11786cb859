package quern.machinecode;

import java.util.Optional;
import quern.runtime.micro.Microkernels;
import quern.runtime.micro.OverMicrokernels;
import quern.runtime.micro.Products;

/** The inner loops of the tier below, with products of this tier. */
final class MicrokernelsWithProducts extends OverMicrokernels {
    private final Optional<Products> products;

    MicrokernelsWithProducts(Microkernels below, Products products) {
        super(below);
        this.products = Optional.of(products);
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
