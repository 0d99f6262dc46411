// Runs one test runner in a process group of its own and sees to its end: by itself, at a time limit, or by Ctrl-C.
import { spawn } from "node:child_process";

export interface Ending {
  readonly code: number | null;
  readonly why: "exit" | "limit" | "interrupt";
}

export interface Command {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly limitSeconds: number;
}

/** Runs Node with `args`. Whatever is left of the group afterwards is killed, so no test outlives its runner. */
export function supervise({ args, cwd, env = {}, limitSeconds }: Command): Promise<Ending> {
  // A runner started inside a test would report to that test's runner instead of its own reporter.
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const options = { cwd, stdio: "inherit", env: { ...inherited, ...env }, detached: true } as const;
  const child = spawn(process.execPath, args, options);
  let why: Ending["why"] = "exit";
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid !== undefined) signalGroup(child.pid, name);
  };
  const interrupt = (): void => {
    signal(why === "interrupt" ? "SIGKILL" : "SIGTERM");
    why = "interrupt";
  };
  const timer = setTimeout(() => {
    why = "limit";
    signal("SIGKILL");
  }, limitSeconds * 1000);
  process.on("SIGTERM", interrupt).on("SIGINT", interrupt);
  return new Promise((resolve) => {
    const finish = (code: number | null): void => {
      clearTimeout(timer);
      signal("SIGKILL");
      process.off("SIGTERM", interrupt).off("SIGINT", interrupt);
      resolve({ code, why });
    };
    child.on("error", () => finish(null));
    child.on("exit", finish);
  });
}

function signalGroup(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(-pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
