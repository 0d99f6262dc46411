// The one error of programs that we run: what ran, how it ended and what it said last.
import { debianPackageOf } from "./debian.ts";

/** Why a program gave no usable answer. */
export type ProgramFailure = "missing" | "not-started" | "failed" | "timeout" | "aborted" | "too-much-output";

export interface ProgramEnd {
  readonly argv: readonly string[];
  readonly failure: ProgramFailure;
  /** Exit code; undefined when it never ran or a signal ended it. */
  readonly code?: number | undefined;
  readonly signal?: string | undefined;
  readonly stderr?: string | undefined;
  readonly detail?: string | undefined;
  readonly cause?: unknown;
}

/** Its message names the program, the exit code, the last lines of stderr and, when missing, the package to install. */
export class ProgramError extends Error {
  readonly program: string;
  readonly argv: readonly string[];
  readonly failure: ProgramFailure;
  readonly code: number | undefined;
  readonly signal: string | undefined;
  /** The last lines of stderr, at most eight. */
  readonly stderrTail: string;
  /** The Debian package that brings the program, when it is missing and we know it. */
  readonly debianPackage: string | undefined;

  constructor(end: ProgramEnd) {
    const program = end.argv[0] ?? "";
    const tail = lastLines(end.stderr ?? "", 8);
    super(sentence(end, program, tail), { cause: end.cause });
    this.name = "ProgramError";
    this.program = program;
    this.argv = end.argv;
    this.failure = end.failure;
    this.code = end.code;
    this.signal = end.signal;
    this.stderrTail = tail;
    this.debianPackage = end.failure === "missing" ? debianPackageOf(program) : undefined;
  }
}

function sentence(end: ProgramEnd, program: string, tail: string): string {
  const said = tail === "" ? "" : `: ${tail}`;
  switch (end.failure) {
    case "missing": {
      const fix = debianPackageOf(program);
      return fix ? `${program} is not installed: run apt-get install ${fix}` : `${program} is not installed`;
    }
    case "not-started":
      return `${program} could not be started: ${end.detail ?? "unknown reason"}`;
    case "failed":
      return `${program} ${end.signal ? `was ended by ${end.signal}` : `failed with exit code ${end.code}`}${said}`;
    case "timeout":
      return `${program} did not end within ${end.detail ?? "its time"}${said}`;
    case "aborted":
      return `${program} was stopped before it ended`;
    case "too-much-output":
      return `${program} wrote more than ${end.detail ?? "its limit"}`;
  }
}

function lastLines(text: string, count: number): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(-count).join("\n");
}
