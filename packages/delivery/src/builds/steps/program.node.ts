// What the steps of a build share: running programs with a tail of their output, and the last words of the container.
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { blanker, createOutput } from "./output.ts";

// This file is mounted into build pods and imports nothing but Node's own modules and its neighbour.

const REPORT = "/dev/termination-log";
/** The kubelet reads at most 4,096 bytes; JSON needs some of them. */
const REPORT_BYTES = 4000;
const TAIL_LINES = 60;

/** How a program ended; a signal counts as 128 and its number does, as in shells. */
export interface Ended {
  readonly code: number;
  /** The end of what it wrote, standard output and error in the order in which they came; at most 16,384 characters. */
  readonly output: string;
}

const SIGNALS: Readonly<Record<string, number>> = { SIGINT: 2, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 };

/** The last lines of a text. */
export function lastLines(text: string): string {
  return text
    .replace(/\r/g, "\n")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(-TAIL_LINES)
    .join("\n");
}

function follow(child: ChildProcess, secrets: readonly string[]): () => string {
  const output = createOutput(blanker(secrets));
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    const { take, end } = output.stream((text) => to.write(text));
    from?.setEncoding("utf8");
    from?.on("data", take);
    from?.on("end", end);
  }
  return output.tail;
}

/**
 * Runs a program to its end, showing its output without the secrets; stopping this process stops the program and what it
 * started.
 */
export function runProgram(
  program: string,
  args: readonly string[],
  cwd: string,
  secrets: readonly string[] = [],
): Promise<Ended> {
  // A group of its own, so that stopping also reaches what the program has started.
  const child = spawn(program, args, { cwd, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const tail = follow(child, secrets);
  const stop = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGTERM");
    } catch {
      // The group has ended already.
    }
  };
  process.once("SIGTERM", stop);
  return new Promise((resolve) => {
    const end = (code: number, more = ""): void => {
      process.off("SIGTERM", stop);
      resolve({ code, output: more ? `${tail()}\n${more}` : tail() });
    };
    child.once("error", (error) => end(127, error.message));
    child.once("close", (code, signal) => end(code ?? 128 + (SIGNALS[signal ?? ""] ?? 0)));
  });
}

/** What a step leaves behind; see StepReport. */
export interface Words {
  readonly reason?: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly tail?: string;
}

/** The report as it fits: the tail loses its beginning. */
export function fitted({ tail = "", ...rest }: Words): string {
  let text = tail;
  for (;;) {
    const json = JSON.stringify({ ...rest, ...(text !== "" && { tail: text }) });
    const over = Buffer.byteLength(json) - REPORT_BYTES;
    if (over <= 0 || text === "") return json;
    text = text.slice(Math.max(1, Math.ceil(over / 2)));
  }
}

/** Leaves the last words where the kubelet looks for them, and ends the step as failed. */
export type Fail = (words: Words) => never;

export const failing =
  (report: string = REPORT): Fail =>
  (words) => {
    print(`failed: ${words.reason ?? "no reason"}`);
    try {
      writeFileSync(report, fitted(words));
    } catch (error) {
      print(`the reason could not be noted: ${(error as Error).message}`);
    }
    process.exit(1);
  };

/** A line of our own in the log. */
export const print = (line: string): void => void process.stdout.write(`knots: ${line}\n`);

/** Whether a text speaks of a full disk. */
export const isDiskFull = (output: string): boolean =>
  /ENOSPC|No space left on device|disk quota exceeded/i.test(output);
