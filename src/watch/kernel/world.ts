import { type Clock, REAL_CLOCK } from '../clock.ts';

/** What watching the kernel takes from outside beside /proc and the network. */
export interface KernelWorld extends Clock {
  /** From 0 to below 1. */
  random(): number;
}

/** This machine. */
export const REAL_KERNEL_WORLD: KernelWorld = { ...REAL_CLOCK, random: Math.random };
