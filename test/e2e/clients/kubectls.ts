// The stock kubectls of this machine, oldest first, each minor version once.
import { delimiter } from "node:path";
import { provideClients } from "../../../tools/setup/clients.mjs";
import { output } from "./run.ts";

export interface Kubectl {
  readonly path: string;
  /** The NN of 1.NN. */
  readonly minor: number;
  readonly name: string;
}

/** `npm test` names them in KNOTS_KUBECTLS; a test file that is run alone looks for itself. */
export async function findKubectls(): Promise<readonly Kubectl[]> {
  const named = (process.env["KNOTS_KUBECTLS"] ?? "").split(delimiter).filter((path) => path !== "");
  const paths = named.length > 0 ? named : await provideClients();
  const found = (await Promise.all(paths.map(inspect))).filter((one) => one !== undefined);
  const byMinor = new Map(found.map((one) => [one.minor, one]));
  return [...byMinor.values()].sort((a, b) => a.minor - b.minor);
}

/** A dispatcher only starts another kubectl of this list. */
async function inspect(path: string): Promise<Kubectl | undefined> {
  const answer = await output(path, ["version", "--client", "-o", "json"]);
  const version = /"gitVersion": "v1\.(\d+)\.([^"]*)"/.exec(answer);
  if (!version || version[2]?.includes("dispatcher")) return undefined;
  return { path, minor: Number(version[1]), name: `kubectl 1.${version[1]}` };
}

/** What older clients print differs too much from what is said today: they run the core transcript only. */
const FIRST_OF_TODAY = 27;

/** The oldest and the newest of today's. */
export function oldestAndNewest(all: readonly Kubectl[]): readonly Kubectl[] {
  const today = all.filter(({ minor }) => minor >= FIRST_OF_TODAY);
  return [...new Set([today[0], today.at(-1)])].filter((one) => one !== undefined);
}
