// containerd's own client program, which imports, pulls, labels and lists what CRI has no calls for.
import { type RunOptions, type RunResult, run } from "../process/run.node.ts";

/** Runs `ctr` against one containerd; rejects with a ProgramError. */
export type Ctr = (args: readonly string[], options?: RunOptions) => Promise<RunResult>;

/** `env` is what the program needs added to its environment. */
export function ctrFor(program: string, address: string, env: Readonly<Record<string, string>>): Ctr {
  return (args, options = {}) =>
    run([program, "--address", address, ...args], { ...options, env: { ...env, ...options.env } });
}
