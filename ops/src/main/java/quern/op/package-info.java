/**
 * What an operator is: attributes, arity, shape and type inference; and the table of all operators.
 */
package quern.op;
