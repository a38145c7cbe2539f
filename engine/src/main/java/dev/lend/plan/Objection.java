package dev.lend.plan;

/**
 * Why a plan may not be carried out.
 *
 * @param text what, why and what to do, naming the device as a person knows it
 */
public record Objection(String text) {}
