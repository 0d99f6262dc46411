// Second step of a build: installs with npm and runs the build script, when there is a package.json; plain pages need nothing.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import {
  type Ended,
  type Fail,
  failing,
  isDiskFull,
  lastLines,
  print,
  runProgram,
  type Words,
} from "./program.node.ts";

/** Killed by the kernel, which for a program that asked for nothing of the kind means memory. */
const KILLED = 137;
const outOfMemory = ({ code, output }: Ended): boolean =>
  code === KILLED || /JavaScript heap out of memory|ERR_WORKER_OUT_OF_MEMORY|\bENOMEM\b|signal SIGKILL/.test(output);

/** What npm says, most telling first. */
const SAYINGS: readonly (readonly [reason: string, words: RegExp])[] = [
  ["LockFileMismatch", /can only install packages when your package(\.json|-lock)|\bEUSAGE\b/i],
  ["NpmRegistryUnreachable", /\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ENOTCACHED)\b/],
  ["NpmRegistryUnreachable", /\bERR_SOCKET_TIMEOUT\b|CERT_|SELF_SIGNED/],
  ["PackageNotFound", /\b(E404|ETARGET)\b|No matching version found/],
];

/** Why an installation failed, by what npm said. */
export function installFailure(ended: Ended): Words {
  const { code, output } = ended;
  // npm ends with pages of usage, which say nothing about this installation.
  const tail = lastLines(output.replace(/^npm error Usage:[\s\S]*/m, ""));
  const said = SAYINGS.find(([, words]) => words.test(output))?.[0] ?? "InstallFailed";
  const reason = isDiskFull(output) ? "StorageExceeded" : outOfMemory(ended) ? "OutOfMemory" : said;
  return { reason, values: { code: `${code}` }, tail };
}

/** Why the build command failed. */
export function buildFailure(ended: Ended): Words {
  const reason = isDiskFull(ended.output)
    ? "StorageExceeded"
    : outOfMemory(ended)
      ? "OutOfMemory"
      : "BuildScriptFailed";
  return { reason, values: { code: `${ended.code}` }, tail: lastLines(ended.output) };
}

/** What is to be run in a folder. */
export interface Work {
  /** npm's arguments for the installation; undefined when there is no package.json. */
  readonly install?: readonly string[];
  /** Program and arguments that build; undefined when there is nothing to run. */
  readonly build?: readonly string[];
}

/** Decides from the files of a folder: `text` is its package.json. Throws SyntaxError when that is not JSON. */
export function workOf(text: string | undefined, hasLock: boolean, command: string | undefined): Work {
  // The owner's own command line may use pipes and variables; it runs where the build would run anyway.
  const own = command ? { build: ["sh", "-c", command] } : {};
  if (text === undefined) return own;
  const { scripts } = JSON.parse(text) as { readonly scripts?: { readonly build?: unknown } };
  const script = typeof scripts?.build === "string" ? { build: ["npm", "run", "build"] } : {};
  return { install: [hasLock ? "ci" : "install", "--include=dev"], ...script, ...own };
}

function folderOf(source: string, directory: string, fail: Fail): string {
  const folder = join(source, directory);
  if (existsSync(folder) && statSync(folder).isDirectory()) return folder;
  return fail({ reason: "DirectoryMissing", values: { directory } });
}

function readWork(folder: string, command: string | undefined, fail: Fail): Work {
  const path = join(folder, "package.json");
  const hasLock = ["package-lock.json", "npm-shrinkwrap.json"].some((name) => existsSync(join(folder, name)));
  try {
    return workOf(existsSync(path) ? readFileSync(path, "utf8") : undefined, hasLock, command);
  } catch (error) {
    return fail({ reason: "PackageInvalid", tail: (error as Error).message });
  }
}

/** Values of variables as the kubelet set them when it started this container. */
function givenValues(names: readonly string[]): readonly string[] {
  const given = readFileSync("/proc/self/environ", "utf8").split("\0");
  return names.flatMap((name) => given.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) ?? []);
}

async function main(): Promise<void> {
  const text = { type: "string" } as const;
  const several = { type: "string", multiple: true } as const;
  const options = { source: text, directory: text, command: text, report: text, "secret-env": several };
  const { values } = parseArgs({ options });
  const { source = "", directory = "", command, report } = values;
  const secrets = givenValues(values["secret-env"] ?? []);
  const fail = failing(report);
  const folder = folderOf(source, directory, fail);
  const { install, build } = readWork(folder, command, fail);
  if (install) {
    print(`npm ${install.join(" ")}`);
    const ended = await runProgram("npm", install, folder, secrets);
    if (ended.code !== 0) fail(installFailure(ended));
  }
  const [program, ...args] = build ?? [];
  if (program === undefined) return print("there is nothing to build");
  print(build?.join(" ") ?? "");
  const ended = await runProgram(program, args, folder, secrets);
  if (ended.code !== 0) fail(buildFailure(ended));
}

if (import.meta.main) await main();
