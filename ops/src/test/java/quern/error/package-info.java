/** Tests of the errors. */
package quern.error;
