/** Checks of the whole house: layering, exported signatures, jar sizes and the launcher. */
package quern.cli.house;
