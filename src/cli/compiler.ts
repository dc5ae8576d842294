import { versions } from 'node:process';
import { setFlagsFromString } from 'node:v8';

/**
 * For the versions of V8 it was measured with, what makes it wait longer before it compiles a function once more.
 *
 * V8 complains on standard error about a flag that it does not know, and has renamed this one.
 */
const patience: readonly (readonly [versions: RegExp, flag: string])[] = [
  // Node 20: bytes of bytecode that a function runs; V8's own number is a fifteenth of it
  [/^11\.3\./, '--interrupt-budget=2000000'],
  // Node 22 to 26: its calls; V8's own number is a sixth of it
  [/^1[234]\./, '--invocation-count-for-turbofan=20000'],
];

/**
 * Lets V8 translate to machine code only what runs for long.
 *
 * A command runs for seconds: by default a fifth of its CPU time is spent in the optimizing compiler, on the cores that inflate
 * layers (measured, 840 MB of layers: 12 % less CPU and time on Node 20, 6 to 15 % on 22 and 24; a cached verify of a tiny
 * image: 16 % less CPU).
 */
export function spareCompiler(): void {
  const flag = patience.find(([known]) => known.test(versions.v8))?.[1];
  if (flag !== undefined) setFlagsFromString(flag);
}
