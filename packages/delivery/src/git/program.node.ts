// Runs git on repositories of ours: a fixed environment, no configuration but this one, no hooks, no shell.
import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { hasCode } from "@knots/host";

const environment: NodeJS.ProcessEnv = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  HOME: "/nonexistent",
  LC_ALL: "C.UTF-8",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
};

/** What old but honest histories contain; everything else that fsck finds is refused. */
const tolerated = ["zeroPaddedFilemode", "missingSpaceBeforeDate", "badTimezone", "missingNameBeforeEmail"];

const settings: Readonly<Record<string, string>> = {
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "protocol.allow": "never",
  "gc.auto": "1000",
  "gc.autoDetach": "false",
  "transfer.fsckObjects": "true",
  "receive.autogc": "false",
  "receive.certNonceSeed": "",
  "receive.advertisePushOptions": "false",
  "uploadpack.allowFilter": "true",
  // A build fetches its commit even when the branch has moved away from it.
  "uploadpack.allowAnySHA1InWant": "true",
  ...Object.fromEntries(tolerated.map((name) => [`receive.fsck.${name}`, "warn"])),
};

export interface GitOptions {
  /** Repository to work on. */
  readonly repository?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** What the client says it speaks: the value of its Git-Protocol header, checked. */
  readonly protocol?: string | undefined;
}

function argumentsOf(args: readonly string[], options: GitOptions): string[] {
  const trusted = options.repository === undefined ? {} : { "safe.directory": options.repository };
  const all = { ...settings, ...options.settings, ...trusted };
  return [...Object.entries(all).flatMap(([name, value]) => ["-c", `${name}=${value}`]), ...args];
}

function environmentOf({ protocol }: GitOptions): NodeJS.ProcessEnv {
  return protocol === undefined ? environment : { ...environment, GIT_PROTOCOL: protocol };
}

/** git in a process group of its own, with its streams. */
export interface RunningGit {
  readonly child: ChildProcessWithoutNullStreams;
  /** Exit code; undefined when a signal ended it. Rejects when git cannot be started. */
  readonly ended: Promise<number | undefined>;
  /** The end of what it wrote to its error stream. */
  errors(): string;
  /** Takes its input away: git then removes its unfinished objects and ends. A signal would race with that. */
  hangUp(): void;
  /** Ends it and what it started at once. */
  kill(): void;
}

export function startGit(args: readonly string[], options: GitOptions): RunningGit {
  const child = spawn("git", argumentsOf(args, options), {
    env: environmentOf(options),
    detached: true,
    stdio: "pipe",
  });
  // A program may end without reading its input; its exit code tells the story.
  child.stdin.on("error", () => {});
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString("utf8")).slice(-2000);
  });
  const ended = new Promise<number | undefined>((resolve, reject) => {
    child.once("error", (error) => reject(startError(error)));
    child.once("close", (code) => resolve(code ?? undefined));
  });
  const kill = (): void => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch (error) {
      if (!hasCode(error, "ESRCH")) throw error;
    }
  };
  return { child, ended, errors: () => said.trim(), hangUp: () => void child.stdin.destroy(), kill };
}

function startError(error: unknown): unknown {
  if (!hasCode(error, "ENOENT")) return error;
  return new Error("git is not installed: run apt-get install git", { cause: error });
}

/** What git wrote; undefined when it ended with an exit code that is not 0. For short questions only. */
export function askGit(args: readonly string[], options: GitOptions = {}): Promise<string | undefined> {
  const limits = { env: environmentOf(options), timeout: 60_000, maxBuffer: 16 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile("git", argumentsOf(args, options), limits, (error, stdout) => {
      if (!error) resolve(stdout);
      else if (typeof error.code === "number") resolve(undefined);
      else reject(startError(error));
    });
  });
}
