// Runs a program of the set-up, showing the lines that tell progress and keeping the rest for the case of failure.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * @typedef {{ code: number | null, output: string }} Outcome `code` is null when the program could not start or was killed.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, show?: RegExp, limitMs?: number }} [options]
 * @returns {Promise<Outcome>}
 */
export function run(program, args, { cwd, env = {}, show, limitMs = 600_000 } = {}) {
  const child = spawn(program, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    timeout: limitMs,
    stdio: ["ignore", "pipe", "pipe"],
  });
  /** @type {string[]} */
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      if (!/^npm warn/i.test(line)) lines.push(line);
      if (show?.test(line)) console.log(`setup:   ${line.slice(0, 100)}`);
    });
  }
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: null, output: error.message }));
    child.on("close", (code) => resolve({ code, output: ends(lines).join("\n") }));
  });
}

/**
 * The cause of a failure is told first by some programs and last by others.
 * @param {readonly string[]} lines
 */
function ends(lines) {
  return lines.length <= 24 ? lines : [...lines.slice(0, 12), "...", ...lines.slice(-12)];
}
