// A machine of its own for tests with real containers: own network, mounts, processes, control groups and /run.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

export interface MachineOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Milliseconds until everything inside is killed; 120,000 when not given. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

export interface MachineResult {
  /** Exit code of the command; 128 + n when signal n ended it. */
  readonly code: number;
  /** stdout and stderr as they came, at most 4 MiB of the end. */
  readonly output: string;
}

const maxOutput = 4 * 1024 * 1024;

/** Whether this process runs inside such a machine. */
export function insideMachine(): boolean {
  return process.env["KNOTS_MACHINE"] === "1";
}

/**
 * Runs a command in a fresh machine. When it ends, or when this process dies in any way, everything that was started
 * inside is killed and the machine's namespaces, mounts and control groups are gone.
 */
export async function runInMachine(argv: readonly string[], options: MachineOptions = {}): Promise<MachineResult> {
  const keeper = [process.execPath, join(import.meta.dirname, "keeper.node.ts"), String(process.pid), ...argv];
  const child = spawn("setpriv", ["--pdeathsig", "TERM", ...keeper], {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: options.cwd,
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, ...options.env },
  });
  const limit = AbortSignal.timeout(options.timeout ?? 120_000);
  const signal = options.signal ? AbortSignal.any([limit, options.signal]) : limit;
  const stop = () => child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  try {
    const result = await finish(child);
    if (!signal.aborted) return result;
    return { code: result.code === 0 ? 124 : result.code, output: `${result.output}\nthe machine was stopped early` };
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

function finish(child: ChildProcess): Promise<MachineResult> {
  return new Promise((resolve, reject) => {
    let output = "";
    const append = (chunk: Buffer) => {
      output = (output + chunk.toString("utf8")).slice(-maxOutput);
    };
    child.stdout?.on("data", append);
    child.stderr?.on("data", append);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 137, output }));
  });
}
