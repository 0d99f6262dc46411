// `npm run bench`: measures and prints tables; nothing is asserted. Peer figures without a column of their own were recorded on another two-core machine.
// Names as arguments choose tables: `npm run bench -- embedded api store machine`.
import { cpus, loadavg } from "node:os";
import { apiBench } from "./api/main.ts";
import { embeddedBench } from "./embedded.ts";
import { machineBench } from "./machine.ts";
import { printTable } from "./report.ts";
import { printStoreTable, storeBench } from "./store/main.ts";

/** A fixed amount of work, to compare machines by. */
function calibrate(): number {
  const start = performance.now();
  let sum = 0;
  for (let index = 0; index < 20_000_000; index++) sum = (sum + index * 31) % 1_000_003;
  return performance.now() - start + (sum < 0 ? 1 : 0);
}

process.stdout.write(
  `${cpus()[0]?.model ?? "unknown CPU"}, ${cpus().length} cores, load ${loadavg()[0]?.toFixed(2)}, Node ${process.version}, calibration loop ${calibrate().toFixed(0)} ms\n`,
);
process.stdout.write("The clients share the cores with the server.\n");
const tables: Readonly<Record<string, () => Promise<void>>> = {
  embedded: async () => printTable("Embedded cluster (virtual time)", await embeddedBench()),
  api: async () => printTable("API server with durable store, HTTPS", await apiBench()),
  store: async () => printStoreTable(await storeBench()),
  machine: async () => {
    if (process.getuid?.() === 0) printTable("One machine, real containers", await machineBench());
    else process.stdout.write("\nThe table of real containers needs root.\n");
  },
};
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in tables));
if (unknown.length > 0) {
  process.stderr.write(`There is no table ${unknown.join(", ")}. Tables: ${Object.keys(tables).join(", ")}.\n`);
  process.exitCode = 1;
} else {
  for (const [name, table] of Object.entries(tables)) if (wanted.length === 0 || wanted.includes(name)) await table();
}
