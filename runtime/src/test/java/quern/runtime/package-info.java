/** Tests of plans and sessions. */
package quern.runtime;
