/** Data sets and labels: from files and pictures to the input tensors of a model. */
package quern.cli.data;
