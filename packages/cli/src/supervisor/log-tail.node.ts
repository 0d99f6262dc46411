// The end of a log file, for messages and for `kts logs`.
import { open } from "node:fs/promises";
import { hasCode } from "@knots/host";

const BLOCK = 64 * 1024;

/** The last bytes of a file (at most 64 KiB), or undefined when there is none. */
export async function tail(path: string): Promise<string | undefined> {
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    const start = Math.max(0, size - BLOCK);
    const { bytesRead, buffer } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
    return buffer.subarray(0, bytesRead).toString("utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** What a process said last, shortened to one line: the message of its last JSON line, or the line itself. */
export async function lastLines(path: string): Promise<string> {
  const line = (await tail(path))?.trim().split("\n").at(-1) ?? "";
  try {
    const { message, error } = JSON.parse(line) as {
      readonly message?: string;
      readonly error?: { readonly error?: string };
    };
    return [message, error?.error].filter(Boolean).join(": ") || line;
  } catch {
    return line.slice(0, 300);
  }
}
