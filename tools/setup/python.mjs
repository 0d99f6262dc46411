// Debian's Python client of Kubernetes for the tests, with what this machine does not have of its needs: unpacked without being installed.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { apt, find } from "./debian.mjs";
import { run } from "./run.mjs";

const debianPackage = "python3-kubernetes";
const python = "/usr/bin/python3";

/**
 * Returns the folder of modules for `PYTHONPATH`; undefined when there is none. What cannot be had is told, not fatal: its tests say that they skip.
 * @returns {Promise<string | undefined>}
 */
export async function providePython() {
  const base = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "knots", "clients");
  const folder = join(base, debianPackage);
  if (!existsSync(folder) && existsSync(python) && find("apt-get") && find("dpkg-deb")) await unpack(base, folder);
  return existsSync(folder) ? join(folder, "usr/lib/python3/dist-packages") : undefined;
}

/**
 * @param {string} base
 * @param {string} folder
 */
async function unpack(base, folder) {
  console.log(`setup: fetching ${debianPackage}`);
  mkdirSync(base, { recursive: true });
  // Into a folder of its own first: what has its name is complete.
  const fresh = mkdtempSync(join(base, ".unpacked-"));
  const archives = join(fresh, "archives");
  mkdirSync(join(archives, "partial"), { recursive: true });
  const wanted = [
    "--download-only",
    "--no-install-recommends",
    "-o",
    `Dir::Cache::Archives=${archives}`,
    debianPackage,
  ];
  const fetched = await apt(["install", ...wanted]);
  const packages = readdirSync(archives).filter((name) => name.endsWith(".deb"));
  const problem = fetched.code === 0 ? await unpackAll(archives, packages, fresh) : fetched.output;
  rmSync(archives, { recursive: true });
  if (problem === undefined) renameSync(fresh, folder);
  else rmSync(fresh, { recursive: true });
  if (problem !== undefined) console.log(`setup: ${debianPackage} cannot be had: ${problem.split("\n").at(-1)}`);
}

/**
 * Returns what went wrong. A machine that has the package itself needs nothing.
 * @param {string} archives
 * @param {readonly string[]} packages
 * @param {string} into
 */
async function unpackAll(archives, packages, into) {
  for (const name of packages) {
    const { code, output } = await run("dpkg-deb", ["-x", join(archives, name), into]);
    if (code !== 0) return output;
  }
  return undefined;
}
