// Runs one program to its end: arguments as an array, never a shell, with limits on time and output.
import { type ChildProcess, spawn } from "node:child_process";
import { Readable } from "node:stream";
import { realClock } from "@knots/std";
import { hasCode } from "../files/atomic.node.ts";
import { environmentWith } from "./environment.node.ts";
import { ProgramError, type ProgramFailure } from "./error.ts";

export interface RunOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds until the program and its group are killed; 60,000 when not given. */
  readonly timeout?: number;
  /** Written to its standard input, which is empty otherwise. A source that fails ends the program. */
  readonly input?: string | Uint8Array | AsyncIterable<Uint8Array>;
  readonly cwd?: string;
  /** Added to our own environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Bytes allowed on each of stdout and stderr; 16 MiB when not given. More kills the program. */
  readonly maxOutput?: number;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const defaultTimeout = 60_000;
const defaultMaxOutput = 16 * 1024 * 1024;

/** Resolves when the program exits with 0; every other end rejects with a ProgramError. */
export async function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const result = await tryRun(argv, options);
  if (result.code !== 0) throw new ProgramError({ argv, failure: "failed", code: result.code, stderr: result.stderr });
  return result;
}

/** Like run, but any exit code is an answer. A signal, a limit or a program that cannot start still rejects. */
export async function tryRun(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [program, ...args] = argv;
  if (program === undefined) throw new TypeError("run needs a program");
  if (options.signal?.aborted) throw new ProgramError({ argv, failure: "aborted", cause: options.signal.reason });
  // A group of its own, so that a limit also ends what the program started.
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: environmentWith(options.env),
    detached: true,
    stdio: "pipe",
  });
  return await finish(child, argv, options);
}

function finish(child: ChildProcess, argv: readonly string[], options: RunOptions): Promise<RunResult> {
  const timeout = options.timeout ?? defaultTimeout;
  const limit = options.maxOutput ?? defaultMaxOutput;
  return new Promise((resolve, reject) => {
    let cut: ProgramFailure | undefined;
    let inputFailure: unknown;
    const stop = (why: ProgramFailure) => {
      cut ??= why;
      killGroup(child);
      // What left the group may hold the pipes open for ever: nobody reads them any more.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const stdout = collect(child.stdout, limit, () => stop("too-much-output"));
    const stderr = collect(child.stderr, limit, () => stop("too-much-output"));
    const timer = realClock.setTimer(timeout, () => stop("timeout"));
    const onAbort = () => stop("aborted");
    options.signal?.addEventListener("abort", onAbort, { once: true });
    const settle = () => {
      timer.cancel();
      options.signal?.removeEventListener("abort", onAbort);
    };
    child.once("error", (cause) => {
      settle();
      reject(startFailure(argv, cause, options.cwd));
    });
    child.once("close", (code, signal) => {
      settle();
      if (cut === undefined && code !== null) return resolve({ code, stdout: stdout(), stderr: stderr() });
      const detail = cut === "timeout" ? `${timeout} ms` : `${limit} bytes`;
      const end = { argv, code: code ?? undefined, signal: signal ?? undefined, stderr: stderr(), detail };
      reject(new ProgramError({ ...end, failure: cut ?? "failed", cause: inputFailure ?? options.signal?.reason }));
    });
    feed(child, options.input ?? "").catch((error: unknown) => {
      inputFailure = error;
      stop("failed");
    });
  });
}

async function feed(child: ChildProcess, input: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  if (!child.stdin) return;
  // A program may end without reading its input; its exit code tells the story.
  child.stdin.on("error", () => {});
  if (typeof input === "string" || input instanceof Uint8Array) {
    child.stdin.end(input);
    return;
  }
  const source = Readable.from(input, { objectMode: false });
  const failed = new Promise<void>((resolve, reject) => source.once("error", reject).once("end", resolve));
  source.pipe(child.stdin);
  child.stdin.once("close", () => source.destroy());
  await failed;
}

function startFailure(argv: readonly string[], cause: Error, cwd: string | undefined): ProgramError {
  const missing = hasCode(cause, "ENOENT") && cwd === undefined;
  return new ProgramError({ argv, failure: missing ? "missing" : "not-started", detail: cause.message, cause });
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if (!hasCode(error, "ESRCH")) throw error;
  }
}

function collect(stream: NodeJS.ReadableStream | null, limit: number, onOverflow: () => void): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) onOverflow();
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}
