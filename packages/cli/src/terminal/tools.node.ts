// Looks whether the programs that a node needs are installed, before anything is started.
import { access, constants } from "node:fs/promises";
import { UserError } from "../settings/user-error.ts";

/** Programs and the Debian packages that bring them. */
const TOOLS: Readonly<Record<string, string>> = { nft: "nftables", ip: "iproute2", conntrack: "conntrack", git: "git" };
const PLACES = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** A PATH variable with the system's own places at its end: root by `su` or `cron` has no sbin, where our tools are. */
export function withSystemPlaces(path: string): string {
  const given = path.split(":").filter((place) => place !== "");
  return [...new Set([...given, ...PLACES])].join(":");
}

async function isInstalled(program: string, path: string): Promise<boolean> {
  const places = path.split(":").filter((place) => place !== "");
  const found = await Promise.all(
    places.map((place) =>
      access(`${place}/${program}`, constants.X_OK).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** Throws a UserError that names every missing program and the command that installs it; `path` is a PATH variable. */
export async function checkTools(path: string): Promise<void> {
  const missing: string[] = [];
  for (const program of Object.keys(TOOLS)) if (!(await isInstalled(program, path))) missing.push(program);
  if (missing.length === 0) return;
  const packages = missing.map((program) => TOOLS[program] ?? program).join(" ");
  throw new UserError("error.missingTools", { tools: missing.join(", "), packages });
}
