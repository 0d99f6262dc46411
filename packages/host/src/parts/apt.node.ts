// Debian packages without installing them: what belongs together, and the files, from a cache that data dirs share.
import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { isMissing } from "../files/atomic.node.ts";
import { type RunOptions, run } from "../process/run.node.ts";
import { packageError } from "./error.ts";
import { type DebianPackage, debFileName, parseInstalled, parseSimulation } from "./resolve.ts";

export interface AptOptions {
  readonly signal?: AbortSignal;
  /** Told what happens, in a few words, at each step that takes time. */
  readonly progress?: (step: string) => void;
}

/** Where downloaded packages are kept when nobody says otherwise. */
export function defaultPartsCache(): string {
  return process.getuid?.() === 0 ? "/var/cache/knots/debs" : join(homedir(), ".cache/knots/debs");
}

const minute = 60_000;

/**
 * The packages with everything they depend on, as apt chooses on a machine that has nothing installed.
 * Refreshes apt's lists once when a package is unknown. Rejects with PackageError.
 */
export async function resolvePackages(names: readonly string[], options: AptOptions = {}): Promise<DebianPackage[]> {
  try {
    return await simulate(names, options);
  } catch (first) {
    if (!unknownPackage(first)) throw packageError(first, names);
    options.progress?.("apt-get update");
    try {
      await run(["apt-get", "update"], aptLimits(options));
      return await simulate(names, options);
    } catch (error) {
      throw packageError(error, names);
    }
  }
}

async function simulate(names: readonly string[], options: AptOptions): Promise<DebianPackage[]> {
  // No status file: what this machine has installed neither shrinks the answer nor conflicts with it.
  const settings = ["-o", "Dir::State::status=/dev/null", "-o", "Debug::NoLocking=1"];
  const argv = ["apt-get", ...settings, "install", "--simulate", "--no-install-recommends", "--", ...names];
  return parseSimulation((await run(argv, aptLimits(options))).stdout);
}

function unknownPackage(error: unknown): boolean {
  return error instanceof Error && /Unable to locate package|no installation candidate/i.test(error.message);
}

function aptLimits(options: AptOptions): RunOptions {
  return { timeout: 5 * minute, ...(options.signal && { signal: options.signal }) };
}

/** Names of the packages that this machine has installed. */
export async function installedPackages(options: AptOptions = {}): Promise<Set<string>> {
  const format = "${db:Status-Status} ${Package}\n";
  return parseInstalled((await run(["dpkg-query", "--show", "--showformat", format], aptLimits(options))).stdout);
}

/** Paths of the package files in the order asked; downloads (and apt verifies) what the cache lacks. */
export async function fetchPackages(
  debs: readonly DebianPackage[],
  cache: string,
  options: AptOptions = {},
): Promise<string[]> {
  await mkdir(cache, { recursive: true, mode: 0o755 });
  const lacking: DebianPackage[] = [];
  for (const deb of debs) if (!(await exists(join(cache, debFileName(deb))))) lacking.push(deb);
  if (lacking.length > 0) await download(lacking, cache, options);
  return debs.map((deb) => join(cache, debFileName(deb)));
}

/** Into a folder of its own first: a file of the cache is complete, whoever else downloads at the same time. */
async function download(debs: readonly DebianPackage[], cache: string, options: AptOptions): Promise<void> {
  options.progress?.(`downloading ${debs.map((deb) => deb.name).join(", ")}`);
  const folder = await mkdtemp(join(cache, ".download-"));
  try {
    const wanted = debs.map((deb) => `${deb.name}=${deb.version}`);
    const user = process.getuid?.() === 0 ? ["-o", "APT::Sandbox::User=root"] : [];
    await run(["apt-get", ...user, "-o", "Acquire::Retries=2", "download", "--", ...wanted], {
      ...aptLimits(options),
      cwd: folder,
    });
    for (const file of await readdir(folder)) await rename(join(folder, file), join(cache, file));
  } catch (error) {
    throw packageError(
      error,
      debs.map((deb) => deb.name),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await stat(path)).size > 0;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
