/** Tests of the measures. */
package quern.cli.metric;
