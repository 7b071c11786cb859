package quern.quant.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import quern.op.Op;
import quern.op.OpSet;

class QuantRulesTest {
    @Test
    void everyOperatorHasARow() {
        Set<Class<? extends Op>> operators = new HashSet<>();
        OpSet.standard().rows().forEach(r -> operators.add(r.type()));
        assertEquals(operators, QuantRules.rows().keySet());
    }

    @Test
    void whatStaysInFloatSaysWhy() {
        QuantRules.rows()
                .forEach(
                        (op, rule) -> {
                            if (rule instanceof QuantRule.KeepFloat k) {
                                assertFalse(k.why().isBlank(), op.getSimpleName());
                            }
                        });
    }
}
