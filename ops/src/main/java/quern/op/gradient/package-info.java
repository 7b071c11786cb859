/** Operators that only training needs: gradients which no other operators express. */
package quern.op.gradient;
