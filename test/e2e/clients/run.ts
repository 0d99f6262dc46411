// Runs a program of a test and gives all that it said.
import { execFile } from "node:child_process";

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly limitSeconds?: number;
}

/** Never rejects: a program that cannot start or is killed has a code other than 0. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  const { cwd, env = {}, input = "", limitSeconds = 60 } = options;
  const settings = {
    timeout: limitSeconds * 1000,
    maxBuffer: 64 << 20,
    env: { ...process.env, ...env },
    ...(cwd !== undefined && { cwd }),
  };
  return new Promise((resolve) => {
    const child = execFile(program, args, settings, (error, out, err) => {
      const code = error ? (typeof error.code === "number" ? error.code : 1) : 0;
      resolve({ code, out, err: error?.killed ? `${err}(killed after ${limitSeconds} s)\n` : err });
    });
    child.stdin?.on("error", () => {}).end(input);
  });
}

/** What the program printed; rejects with its complaints when it fails. */
export async function output(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, out, err } = await run(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} exited ${code}:\n${out}${err}`);
  return out;
}
