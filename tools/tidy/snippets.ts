// The TypeScript examples of the README are programs: each block is run as it stands and must end well.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Snippet {
  /** Line of its first line of code in the document, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** Finds the blocks fenced with ```ts. */
export function snippetsOf(markdown: string): Snippet[] {
  const fence = /^```ts\n([\s\S]*?)^```$/gm;
  return [...markdown.matchAll(fence)].map((match) => ({
    line: markdown.slice(0, match.index).split("\n").length + 1,
    code: match[1] ?? "",
  }));
}

const limitMs = 30_000;

/** Runs a snippet inside the repository, where the packages resolve. Returns what went wrong, if anything. */
export function runSnippet(top: string, snippet: Snippet): string | undefined {
  const folder = join(top, ".cache", "snippets");
  const file = join(folder, `line-${snippet.line}-${process.pid}.ts`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, snippet.code);
  try {
    const { status, stderr, error } = spawnSync(process.execPath, [file], { encoding: "utf8", timeout: limitMs });
    return status === 0 ? undefined : (error?.message ?? tell(stderr));
  } finally {
    rmSync(file);
  }
}

/** The error as thrown, without the stack. */
function tell(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !/^\s+at |^Node\.js v/.test(line));
  return lines.slice(0, 8).join("\n");
}
