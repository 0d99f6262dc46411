// What the soak runs: each scenario makes a whole run out of a seed and says what was wrong with it.
import { spawn } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "@knots/std";
import { damageRun } from "../../testkit/store/damage.ts";
import { killAgainAndAgain } from "../../testkit/store/kills.ts";
import { livesRun } from "../../testkit/store/lives.ts";
import { memoryRun } from "../../testkit/store/runs.ts";

export interface Round {
  readonly seed: number;
  /** An empty directory on the real disk. */
  readonly directory: string;
  /** For the size of the run. */
  readonly random: Random;
}

export interface Outcome {
  readonly problems: readonly string[];
  /** Operations that were judged, or stores that were opened. */
  readonly size: number;
}

type Scenario = (round: Round) => Promise<Outcome>;

const DAMAGES = 40;

async function damages({ seed }: Round): Promise<Outcome> {
  const problems: string[] = [];
  for (let part = 0; part < DAMAGES; part++) {
    const { kind, opening } = await damageRun(seed * DAMAGES + part);
    const fine =
      opening.type === "whole" ||
      opening.type === "older" ||
      (opening.type === "refused" && opening.code === "corrupt");
    if (!fine) problems.push(`damage ${part}: ${kind}: ${JSON.stringify(opening)}`);
  }
  return { problems, size: DAMAGES };
}

const judged = ({ problems, operations }: { problems: readonly string[]; operations: number }): Outcome => ({
  problems,
  size: operations,
});

const FUZZ_ROUNDS = 2000;

/** The tests of all decoders with fresh inputs: each is one file `*.fuzz.test.ts` beside its decoder. */
async function decoders({ seed }: Round): Promise<Outcome> {
  const cwd = join(import.meta.dirname, "../..");
  const files = globSync("packages/*/src/**/*.fuzz.test.ts", { cwd });
  const env = { ...process.env, KNOTS_FUZZ_SEED: String(seed), KNOTS_FUZZ_ROUNDS: String(FUZZ_ROUNDS) };
  const args = ["--test", "--test-reporter=dot", "--test-concurrency=1", "--test-name-pattern=what is valid passes"];
  const child = spawn(process.execPath, [...args, ...files], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (said += String(piece)));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { problems: code === 0 ? [] : [said.slice(-4000)], size: files.length * FUZZ_ROUNDS };
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  "clients in memory": async ({ seed, random }) =>
    judged(
      await memoryRun({
        seed,
        clients: 2 + random.below(20),
        calls: 50 + random.below(300),
        single: random.below(4) === 0,
      }),
    ),
  "clients on a failing disk": async ({ seed, random }) =>
    judged(
      await livesRun({
        seed,
        clients: 1 + random.below(12),
        calls: 10 + random.below(120),
        lives: 2 + random.below(15),
        single: random.below(4) === 0,
      }),
    ),
  "power cuts": async ({ seed, random }) =>
    judged(
      await livesRun({ seed, clients: 1 + random.below(30), calls: 10 + random.below(40), lives: 20, faults: ["cut"] }),
    ),
  damage: damages,
  decoders,
  "kill -9": async ({ seed, directory, random }) =>
    judged(await killAgainAndAgain({ seed, directory, kills: 5, answers: 20 + random.below(1500) })),
};
