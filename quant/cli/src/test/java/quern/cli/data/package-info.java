/** Tests of data readers, on files made in a temporary folder and on the shared data. */
package quern.cli.data;
