/** The commands as a user calls them. */
package quern.cli.command;
