/** The quern command: its entry point, exit codes and what all commands share. */
package quern.cli;
