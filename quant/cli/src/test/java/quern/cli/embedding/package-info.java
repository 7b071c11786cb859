/** What others build on Quern works: programs outside its build, and what the README says. */
package quern.cli.embedding;
