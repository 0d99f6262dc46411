// Brings node_modules to what the lockfile says; does nothing when it already is.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Problem } from "./problem.mjs";
import { run } from "./run.mjs";

/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, os?: string | string[], cpu?: string | string[], libc?: string[] }} Entry
 * @typedef {{ packages?: Record<string, Entry> }} Lock
 * @typedef {{ os: string, cpu: string, libc: string }} Machine
 */

/**
 * Where programs of npm packages are. The pinned Node is named by itself: not every npm links a program called node.
 * @param {string} top
 */
export function binFolders(top) {
  const modules = join(top, "node_modules");
  return [join(modules, `node-linux-${process.arch}`, "bin"), join(modules, ".bin")];
}

/** @param {string} top */
export async function provideModules(top) {
  const lock = readLock(join(top, "package-lock.json"));
  if (lock === undefined) throw new Problem(`${top} has no package-lock.json: clone the repository again`);
  const machine = { os: process.platform, cpu: process.arch, libc: libc() };
  const wrong = unlike(lock, readLock(join(top, "node_modules", ".package-lock.json")) ?? {}, machine);
  const lost =
    wrong.length > 0 ? [] : Object.keys(lock.packages ?? {}).filter((path) => isLost(top, lock, path, machine));
  const count = wrong.length + lost.length;
  if (count === 0) return;
  const started = Date.now();
  console.log(`setup: installing npm packages (${count} missing or changed)`);
  const { code, output } = await run("npm", ["ci", "--ignore-scripts", "--no-fund", "--no-audit"], { cwd: top });
  if (code !== 0)
    throw new Problem(`npm ci failed: see below, mend the network or npm's settings and run again\n${output}`);
  console.log(`setup: npm packages installed in ${Math.round((Date.now() - started) / 1000)} s`);
}

/**
 * Names the packages that the lockfile wants on this machine and that are absent or have another version.
 * @param {Lock} lock
 * @param {Lock} installed
 * @param {Machine} machine
 */
export function unlike(lock, installed, machine) {
  return Object.entries(lock.packages ?? {})
    .filter(([path, entry]) => path.startsWith("node_modules/") && fits(entry, machine))
    .filter(([path, entry]) => !same(entry, installed.packages?.[path]))
    .map(([path]) => path);
}

/**
 * @param {Entry} wanted
 * @param {Entry | undefined} found
 */
function same(wanted, found) {
  return found !== undefined && found.version === wanted.version && found.link === wanted.link;
}

/**
 * @param {Entry} entry
 * @param {Machine} machine
 */
function fits({ os, cpu, libc, optional }, machine) {
  const here = (/** @type {string | string[] | undefined} */ list, /** @type {string} */ name) =>
    list?.includes(name) ?? true;
  return !optional || (here(os, machine.os) && here(cpu, machine.cpu) && here(libc, machine.libc));
}

function libc() {
  const musl = existsSync("/lib") && readdirSync("/lib").some((name) => name.startsWith("ld-musl-"));
  return musl ? "musl" : "glibc";
}

/**
 * The folder may be gone although npm's own record names it.
 * @param {string} top
 * @param {Lock} lock
 * @param {string} path
 * @param {Machine} machine
 */
function isLost(top, lock, path, machine) {
  const entry = lock.packages?.[path];
  return (
    entry !== undefined && path.startsWith("node_modules/") && fits(entry, machine) && !existsSync(join(top, path))
  );
}

/**
 * @param {string} path
 * @returns {Lock | undefined}
 */
function readLock(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
