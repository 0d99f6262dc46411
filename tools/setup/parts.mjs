// Debian packages of the parts that tests run beside the cluster's own: fetched into the cache that data dirs share.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { apt, find } from "./debian.mjs";

/** Packages of the etcd that tests start; the first one tells whether they are there. */
const packages = ["etcd-server", "etcd-client"];

/** The same folder as the cluster's own parts come from (`defaultPartsCache` in packages/host). */
function cache() {
  return process.getuid?.() === 0 ? "/var/cache/knots/debs" : join(homedir(), ".cache/knots/debs");
}

/** What cannot be fetched is told, not fatal: its tests say that they skip. */
export async function provideTestParts() {
  const folder = cache();
  if (
    !find("apt-get") ||
    (existsSync(folder) && readdirSync(folder).some((name) => name.startsWith(`${packages[0]}_`)))
  )
    return;
  console.log(`setup: fetching ${packages.join(", ")}`);
  mkdirSync(folder, { recursive: true });
  // Into a folder of its own first: a file of the cache is complete.
  const fresh = mkdtempSync(join(folder, ".download-"));
  const { code, output } = await apt(["download", ...packages], fresh);
  if (code !== 0) console.log(`setup: ${packages.join(", ")} cannot be fetched: ${output.split("\n").at(-1)}`);
  for (const name of code === 0 ? readdirSync(fresh) : []) renameSync(join(fresh, name), join(folder, name));
  rmSync(fresh, { recursive: true });
}
