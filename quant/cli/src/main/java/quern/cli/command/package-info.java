/** One class a command of the contract. */
package quern.cli.command;
