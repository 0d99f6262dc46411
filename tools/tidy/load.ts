// Reads the text files of the repository: what git tracks or would track.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TextFile } from "./project.ts";

const maxBytes = 2_000_000;

/** Deleted files are left out; files with NUL bytes and very large ones are no text. */
export function loadFiles(top: string): TextFile[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: top,
    encoding: "utf8",
    maxBuffer: 64 * maxBytes,
  });
  const paths = [...new Set(listed.split("\0"))].filter((path) => path !== "").sort();
  return paths.flatMap((path) => {
    const text = read(join(top, path));
    return text === undefined || text.includes("\0") || text.length > maxBytes ? [] : [{ path, text }];
  });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
