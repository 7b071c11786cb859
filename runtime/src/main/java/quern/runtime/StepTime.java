package quern.runtime;

/**
 * How long one step of a run took.
 *
 * @param node the node's name; empty for a step that no node asked for
 * @param kernel the kernel's name
 * @param nanos time from the step's start to its end, all of its parts
 */
public record StepTime(String node, String kernel, long nanos) {}
