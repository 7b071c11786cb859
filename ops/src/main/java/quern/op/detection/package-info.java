/** What stands behind the layers of an object detector. */
package quern.op.detection;
