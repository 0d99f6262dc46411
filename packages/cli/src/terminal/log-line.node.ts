// The log of a daemon: standard output, which is a file on a disk that may be full.
import { writeSync } from "node:fs";
import { hasCode } from "@knots/host";

/**
 * Writes one line. A full disk costs lines and nothing else: once there is space, lines are written again, which a
 * stream that has failed would not do.
 */
export function writeLogLine(line: string): void {
  const text = `${line}\n`;
  try {
    writeSync(process.stdout.fd, text);
  } catch (error) {
    if (hasCode(error, "EAGAIN")) process.stdout.write(text);
    else if (!hasCode(error, "ENOSPC", "EDQUOT", "EPIPE", "EIO")) throw error;
  }
}
