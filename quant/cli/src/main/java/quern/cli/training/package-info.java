/** What the commands that train have in common: data in memory, options, log and checkpoints. */
package quern.cli.training;
