// A whole cluster of real containers: time to ready, memory and idle CPU of our processes, push to page, rollback.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realClock, sleep } from "@knots/std";
import { cpuTime, memory } from "./process-usage.ts";
import { milliseconds, type Row } from "./report.ts";

const TOP = new URL("../..", import.meta.url).pathname;
const KTS = join(TOP, "bin", "kts");
const IDLE = 10_000;
const OURS = ["control-plane", "node", "supervisor"];
const DAEMONS = ["containerd", "haproxy", "registry"];

function run(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, (error, out, err) => (error ? reject(new Error(`${err}${out}`)) : resolve(`${out}${err}`)));
  });
}

/** The registry's record is beside its files: whoever runs it may write nowhere else. */
const recordOf = (folder: string, part: string): string =>
  part === "registry" ? join(folder, "registry", "process.json") : join(folder, "run", `${part}.json`);

async function pidOf(folder: string, part: string): Promise<number> {
  const { pid } = JSON.parse(await readFile(recordOf(folder, part), "utf8")) as { pid: number };
  return pid;
}

const pidsOf = (folder: string, parts: readonly string[]): Promise<readonly number[]> =>
  Promise.all(parts.map((part) => pidOf(folder, part)));

async function total(pids: readonly number[], measure: (pid: number) => Promise<number>): Promise<number> {
  return (await Promise.all(pids.map(measure))).reduce((sum, value) => sum + value, 0);
}

/** The last column of a line of the demo's stopwatch. */
const stopwatch = (output: string, step: string): string =>
  new RegExp(`^ +${step} +\\S+ s +(\\S+ s)`, "m").exec(output)?.[1] ?? "?";

async function measured(folder: string, up: readonly string[]): Promise<readonly Row[]> {
  await run(KTS, up);
  await run(KTS, ["down", "--data-dir", folder]);
  const start = performance.now();
  await run(KTS, up);
  const ready = performance.now() - start;
  await sleep(realClock, 5000);
  const ours = await pidsOf(folder, OURS);
  const before = await total(ours, cpuTime);
  await sleep(realClock, IDLE);
  const idle = ((await total(ours, cpuTime)) - before) / IDLE;
  const pss = await total(ours, memory);
  const daemons = await total(await pidsOf(folder, DAEMONS), memory);
  const demo = await run(process.execPath, [
    join(TOP, "tools", "demo.ts"),
    "--data-dir",
    folder,
    "--http-port",
    "18090",
  ]);
  const switched = /seen after (\S+ s); (\d+ requests, \d+ failed)/.exec(demo);
  return [
    {
      work: "kts up, second start, to node Ready and sites served",
      measured: milliseconds(ready),
      peer: "k3d 19.9 s, kind 33 s",
    },
    { work: "memory (PSS) of our processes, idle", measured: `${pss.toFixed(0)} MiB`, peer: "k3s 512 MiB" },
    { work: "memory (PSS) of containerd, HAProxy, registry", measured: `${daemons.toFixed(0)} MiB` },
    { work: "idle CPU of our processes", measured: `${(idle * 100).toFixed(2)} % of a core`, peer: "k3s 10 %" },
    {
      work: "push to page, second push under 200 requests/s",
      measured: `${switched?.[1] ?? "?"}, ${switched?.[2] ?? "?"}`,
      peer: "about a minute on edge platforms",
    },
    { work: "  of which until packed (clone, install, build, pack)", measured: stopwatch(demo, "packed") },
    { work: "  of which until switched", measured: stopwatch(demo, "switched") },
  ];
}

/** Measures and answers the rows; needs root. Nothing is left behind. */
export async function machineBench(): Promise<readonly Row[]> {
  const folder = await mkdtemp(join(tmpdir(), "knots-bench-"));
  const up = [
    "up",
    "--detach",
    "--data-dir",
    folder,
    "--api-port",
    "16443",
    "--http-port",
    "18090",
    "--https-port",
    "18493",
  ];
  try {
    return await measured(folder, up);
  } finally {
    await run(KTS, ["down", "--purge", "--data-dir", folder]);
    await rm(folder, { recursive: true, force: true });
  }
}
