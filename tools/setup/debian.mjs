// The programs of a real node that come from Debian, installed when they are missing; no service is enabled or restarted.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Problem } from "./problem.mjs";
import { run } from "./run.mjs";

/** The one list: program, and the Debian package that has it. */
export const tools = [
  { program: "nft", package: "nftables" },
  { program: "ip", package: "iproute2" },
  { program: "conntrack", package: "conntrack" },
  { program: "git", package: "git" },
];

const aptOptions = ["-o", "DPkg::Lock::Timeout=120", "-o", "APT::Get::Assume-Yes=true"];
const aptEnv = { DEBIAN_FRONTEND: "noninteractive", NEEDRESTART_SUSPEND: "1", LC_ALL: "C" };
const progress = /^(Get:|Fetched|Unpacking|Setting up)/;

/** @param {string} program */
export function find(program) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

export async function provideTools() {
  if (process.platform !== "linux") throw new Problem("real containers need Linux: use kts up --runtime simulated");
  const missing = tools.filter((tool) => find(tool.program) === undefined).map((tool) => tool.package);
  if (missing.length > 0) await install(missing);
  if (process.getuid?.() !== 0) throw new Problem("real containers need root: run the same command with sudo");
}

/** @param {readonly string[]} packages */
async function install(packages) {
  const line = `apt-get install -y ${packages.join(" ")}`;
  if (!find("apt-get"))
    throw new Problem(`missing programs and no apt-get: install ${packages.join(", ")} by your system's means`);
  if (process.getuid?.() !== 0) throw new Problem(`missing programs, and only root may install them: run sudo ${line}`);
  console.log(`setup: installing ${packages.join(", ")}`);
  const { code, output } = await apt(["install", "--no-install-recommends", ...packages]);
  if (code !== 0) throw new Problem(`${line} failed: see below, mend apt's settings and run again\n${output}`);
}

/**
 * Runs apt-get, refreshing its lists only when it does not find what it needs.
 * @param {readonly string[]} args
 * @param {string} [cwd]
 */
export async function apt(args, cwd) {
  const options = { env: aptEnv, show: progress, ...(cwd === undefined ? {} : { cwd }) };
  const first = await run("apt-get", [...aptOptions, ...args], options);
  if (first.code === 0 || process.getuid?.() !== 0) return first;
  console.log("setup: refreshing the lists of packages");
  const update = await run("apt-get", [...aptOptions, "update"], { env: aptEnv });
  return update.code === 0 ? run("apt-get", [...aptOptions, ...args], options) : update;
}
