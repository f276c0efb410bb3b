import { type Clock, REAL_CLOCK } from '../clock.ts';

/** What watching the kernel takes from outside beside /proc and the network. */
export interface KernelWorld extends Clock {
  /** From 0 to below 1. */
  random(): number;
  /** What this process has taken of the CPU until now, in the kernel too, ms. */
  cpu(): number;
}

/** This machine. */
export const REAL_KERNEL_WORLD: KernelWorld = {
  ...REAL_CLOCK,
  random: Math.random,
  cpu() {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000;
  },
};
