// Kernel settings that clusters of this machine share: each is set by the first that needs it and restored by the last.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readJsonFile, writeFileAtomic } from "@knots/host";

/** Who needs what, and what was there before. The file lives as long as the settings do: until the machine stops. */
interface Claims {
  readonly [setting: string]: {
    readonly original: string;
    readonly wanted: string;
    readonly holders: readonly string[];
  };
}

export interface Settings {
  /** Sets `/proc/sys/<name>` to `value` for `holder`; written down first, so that a crash loses nothing. */
  claim(holder: string, values: Readonly<Record<string, string>>): Promise<void>;
  /** Gives up all claims of `holder`. What nobody needs any more is restored, unless somebody else changed it since. */
  release(holder: string): Promise<void>;
}

const pathOf = (name: string): string => join("/proc/sys", name);
const read = async (name: string): Promise<string> => (await readFile(pathOf(name), "utf8")).trim();

async function set(name: string, value: string): Promise<void> {
  if ((await read(name)) === value) return;
  try {
    await writeFile(pathOf(name), value);
  } catch (cause) {
    const setting = name.replaceAll("/", ".");
    throw new Error(`the kernel setting ${setting} must be ${value} and cannot be set here: set it on the host`, {
      cause,
    });
  }
}

/** Runs `work` while no other process of any cluster does; the lock ends with this process in any case. */
async function locked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const child = spawn("flock", ["--exclusive", join(folder, "settings.lock"), "cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  try {
    child.stdin.write("held\n");
    await Promise.race([
      once(child.stdout, "data"),
      ended.then(() => Promise.reject(new Error("flock ended before it had the lock"))),
    ]);
    return await work();
  } finally {
    child.stdin.end();
    await ended;
  }
}

async function claimOne(claims: Claims, holder: string, [name, wanted]: readonly [string, string]): Promise<Claims> {
  const present = claims[name];
  const original = present?.original ?? (await read(name));
  return { ...claims, [name]: { original, wanted, holders: [...new Set([...(present?.holders ?? []), holder])] } };
}

async function restore(name: string, { original, wanted }: Claims[string]): Promise<void> {
  if (original !== wanted && (await read(name).catch(() => undefined)) === wanted)
    await writeFile(pathOf(name), original);
}

/** Settings with their claims under `folder`, which all clusters of a machine share. */
export function sharedSettings(folder: string): Settings {
  const file = join(folder, "settings.json");
  const load = async (): Promise<Claims> => ((await readJsonFile(file)) ?? {}) as Claims;
  const save = (claims: Claims): Promise<void> =>
    Object.keys(claims).length === 0
      ? rm(file, { force: true })
      : writeFileAtomic(file, `${JSON.stringify(claims, undefined, 2)}\n`, { durable: false });
  return {
    claim: (holder, values) =>
      locked(folder, async () => {
        let claims = await load();
        for (const entry of Object.entries(values)) claims = await claimOne(claims, holder, entry);
        await save(claims);
        for (const [name, value] of Object.entries(values)) await set(name, value);
      }),
    release: (holder) =>
      locked(folder, async () => {
        const kept: [string, Claims[string]][] = [];
        for (const [name, claim] of Object.entries(await load())) {
          const holders = claim.holders.filter((other) => other !== holder);
          if (holders.length > 0) kept.push([name, { ...claim, holders }]);
          else await restore(name, claim);
        }
        await save(Object.fromEntries(kept));
      }),
  };
}
