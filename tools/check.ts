// `npm run check`: compiler, formatter, linter and the rules of the house, side by side; what fails is printed in full.
import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";

const top = join(import.meta.dirname, "..");
const path = [dirname(process.execPath), join(top, "node_modules", ".bin"), process.env["PATH"]].join(delimiter);
const limitMs = 120_000;

const steps: readonly (readonly [program: string, ...args: string[]])[] = [
  ["tsc", "-b"],
  ["biome", "check", "--error-on-warnings", "--colors=off", "."],
  ["oxlint", "--type-aware", "--deny-warnings"],
  ["node", "tools/tidy/main.ts"],
];

interface Outcome {
  readonly code: number | null;
  readonly output: string;
}

function run([program, ...args]: readonly [string, ...string[]]): Promise<Outcome> {
  const child = spawn(program, args, {
    cwd: top,
    timeout: limitMs,
    env: { ...process.env, PATH: path, NO_COLOR: "1" },
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: null, output: `${error.message}: run npm ci` }));
    child.on("close", (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}

const started = performance.now();
const seconds = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;

const outcomes = await Promise.all(
  steps.map(async (step) => {
    const { code, output } = await run(step);
    const line = output.trim().split("\n").at(-1) ?? "";
    if (code === 0) console.log(`check  ok    ${seconds()}  ${step.join(" ")}  ${line}`);
    else console.log(`check  FAIL  ${seconds()}  ${step.join(" ")}\n${output}`);
    return code === 0;
  }),
);

const failed = outcomes.filter((ok) => !ok).length;
console.log(failed === 0 ? `check: all ${steps.length} pass` : `check: ${failed} of ${steps.length} fail, see above`);
process.exitCode = failed === 0 ? 0 : 1;
