// `npm run pack [-- --out <folder>]`: makes the npm package of Knots, by default in dist/.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Made, stage } from "./pack/stage.ts";

const top = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { out: { type: "string", default: join(top, "dist") } } });
const out = resolve(values.out);
const folder = mkdtempSync(join(tmpdir(), "knots-pack-"));
const started = performance.now();

function tell({ name, bytes }: Made): void {
  console.log(`${(bytes / 1000).toFixed(0).padStart(7)} KB  ${name}`);
}

/** Packs the folder with npm. */
function tarball(): Made {
  const args = ["pack", folder, "--json", "--pack-destination", out, "--loglevel=error"];
  const answer = execFileSync("npm", args, { cwd: folder, encoding: "utf8" });
  const [made] = JSON.parse(answer) as readonly { readonly filename: string; readonly size: number }[];
  if (!made) throw new Error(`npm pack said nothing about a file: ${answer}`);
  return { name: join(out, made.filename), bytes: made.size };
}

try {
  mkdirSync(out, { recursive: true });
  for (const made of await stage(top, folder)) tell(made);
  tell(tarball());
  console.log(`packed in ${((performance.now() - started) / 1000).toFixed(1)} s`);
} finally {
  rmSync(folder, { recursive: true });
}
