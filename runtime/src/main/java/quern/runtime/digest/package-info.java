/** Whether a model computes the same bits here as elsewhere. */
package quern.runtime.digest;
