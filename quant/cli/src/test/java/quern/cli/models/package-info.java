/** Tests of readers and runtime together, on every model at hand. */
package quern.cli.models;
