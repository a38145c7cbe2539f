package dev.lend.model;

/**
 * A process of this host, told apart from any later one that has the same number.
 *
 * @param pid its number
 * @param started when it was started, in clock ticks since the host started ({@code
 *     /proc/PID/stat}, field 22; proc(5))
 * @param boot which start of the host that was ({@code /proc/sys/kernel/random/boot_id})
 */
public record KernelTask(long pid, long started, String boot) {}
