// Kills a process that works on a store on the real disk, again and again, and judges all its lives as one history.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deserialize } from "node:v8";
import { type Random, seededRandom } from "@knots/std";
import { type Judgement, judge } from "../history/judge.ts";
import { joinLives, type RecordedLife } from "../history/lives.ts";
import type { Message } from "../history/recorder.ts";
import type { Orders, Written } from "./mortal.ts";

export interface KillsOptions {
  /** An empty directory. */
  readonly directory: string;
  readonly seed: number;
  readonly kills: number;
  /** Most answers that a life may get before it is killed. */
  readonly answers: number;
}

export interface KillsReport extends Judgement {
  readonly revision: number;
}

/** The last life is not killed and shows what is there. */
export async function killAgainAndAgain({ directory, seed, kills, answers }: KillsOptions): Promise<KillsReport> {
  const random = seededRandom(seed);
  const lives: RecordedLife[] = [];
  let until = 0;
  // The next process loads its program while this one works.
  const begin = (): ChildProcess => start(join(directory, "cache"));
  let next = begin();
  for (let life = 0; life <= kills; life++) {
    const child = next;
    const last = life === kills;
    const recording = join(directory, `life-${life}`);
    const calls = last ? 20 : 1_000_000;
    if (!last) next = begin();
    const orders: Orders = { directory: join(directory, "store"), recording, seed, life, clients: 4, calls };
    child.stdin?.end(`${JSON.stringify(orders)}\n`);
    const code = await runUntil(child, last ? Number.POSITIVE_INFINITY : moment(random, answers));
    if (last ? code !== 0 : code !== null) throw new Error(`life ${life} ended by itself with code ${code}`);
    const { revision, ...recorded } = read(recording);
    lives.push(recorded);
    until = revision;
  }
  return { ...judge(joinLives(lives, until)), revision: until };
}

/** One in eight dies while it opens the store. */
function moment(random: Random, answers: number): number {
  return random.below(8) === 0 ? 1 : 2 + random.below(answers);
}

/** `cache`: where compiled programs are kept, so that each life begins sooner. */
function start(cache: string): ChildProcess {
  const env = { ...process.env, NODE_COMPILE_CACHE: cache };
  return spawn(process.execPath, [join(import.meta.dirname, "mortal.ts")], { stdio: ["pipe", "pipe", "inherit"], env });
}

/** Kills the process when it has printed so many characters; returns its exit code. */
async function runUntil(child: ChildProcess, characters: number): Promise<number | null> {
  const exited = once(child, "exit");
  let printed = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    printed += chunk.length;
    if (printed >= characters) child.kill("SIGKILL");
  });
  const [code] = (await exited) as [number | null];
  return code;
}

function read(path: string): RecordedLife & { readonly revision: number } {
  const bytes = readFileSync(path);
  const messages: Message[] = [];
  let [opened, revision]: [number | undefined, number] = [undefined, 0];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt32LE(at);
    // The kill may have cut the last one.
    if (end > bytes.length) break;
    const message = deserialize(bytes.subarray(at + 4, end)) as Written;
    if (message.type === "opened") opened = message.at;
    else if (message.type === "until") revision = message.revision;
    else messages.push(message);
    at = end;
  }
  return { messages, opened, revision };
}
