/** Conformance cases: one-operator graphs with inputs on which every implementation must agree. */
package quern.cases;
