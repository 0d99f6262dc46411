// Stock clients for the tests: the kubectl of this machine, and Debian's unpacked beside it without being installed.
import { existsSync, mkdirSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { apt, find } from "./debian.mjs";
import { run } from "./run.mjs";

const debianPackage = "kubernetes-client";
/** Where Google's tools keep one kubectl for each version, often outside of PATH. */
const furtherFolders = ["/usr/lib/google-cloud-sdk/bin"];

/**
 * Returns the paths of all kubectls found. A client that cannot be had is told, not fatal: its tests say that they skip.
 * @returns {Promise<string[]>}
 */
export async function provideClients() {
  const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "knots", "clients", debianPackage);
  const unpacked = join(folder, "usr", "bin", "kubectl");
  if (!existsSync(unpacked) && find("apt-get") && find("dpkg-deb")) await unpack(folder);
  const own = [...installed(), ...(existsSync(unpacked) ? [unpacked] : [])];
  if (own.length === 0)
    console.log(`setup: no stock kubectl: put one on PATH, or make apt-get download ${debianPackage} work`);
  return own;
}

/** Every `kubectl` and `kubectl.1.NN` of this machine, each program once. */
function installed() {
  const folders = [...(process.env.PATH ?? "").split(delimiter), ...furtherFolders];
  const paths = folders.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => /^kubectl(\.\d+\.\d+)?$/.test(name))
      .map((name) => join(folder, name)),
  );
  return [...new Set(paths.filter((path) => existsSync(path)).map((path) => realpathSync(path)))];
}

/**
 * PATH may name folders that are not there or may not be read.
 * @param {string} folder
 */
function namesIn(folder) {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** @param {string} folder */
async function unpack(folder) {
  console.log(`setup: fetching ${debianPackage}`);
  mkdirSync(folder, { recursive: true });
  const fetched = await apt(["download", debianPackage], folder);
  const archive = readdirSync(folder).find((name) => name.endsWith(".deb"));
  if (archive === undefined)
    return console.log(`setup: ${debianPackage} cannot be fetched: ${fetched.output.split("\n").at(-1)}`);
  const { code, output } = await run("dpkg-deb", ["-x", archive, "."], { cwd: folder });
  rmSync(join(folder, archive));
  if (code !== 0) console.log(`setup: ${debianPackage} cannot be unpacked: ${output}`);
}
