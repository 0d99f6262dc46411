// How a control plane comes to its rights: what root must do is done, then root is given up for good.
import { takeBack } from "@knots/cluster";
import { readStepFiles } from "@knots/delivery";
import {
  type BoundPorts,
  becomeUser,
  bindRootPorts,
  closedFolderAbove,
  isRoot,
  openIssuedPki,
  openPki,
  type PkiFolder,
} from "@knots/host";
import type { Logger } from "@knots/std";
import type { ControlPlaneFlags } from "../settings/control-plane-flags.ts";
import { pathsOf } from "../settings/paths.ts";
import { handOverTo } from "../supervisor/hand-over.node.ts";
import type { CommandContext } from "./context.node.ts";
import { checkEncryption } from "./encryption.node.ts";
import { readFlagFiles } from "./flag-file.node.ts";

/** What a control plane works with after it has come to its rights. */
export interface Entered {
  readonly pki: PkiFolder;
  readonly bound: BoundPorts;
  /** Texts of build steps, where they may not be readable any more. */
  readonly files?: Readonly<Record<string, string>>;
}

/** The user to become, if any. Where that one cannot get to the data and was not asked for, root stays root, and says so. */
async function userOf(flags: ControlPlaneFlags, log: Logger): Promise<number | undefined> {
  const { runAs, runAsAsked = false, dataDir } = flags;
  if (runAs === undefined || !isRoot()) return undefined;
  const folder = runAsAsked ? undefined : await closedFolderAbove(dataDir);
  if (folder === undefined) return runAs;
  log.warn("the control plane keeps the rights of root: its user may not enter a folder", { user: runAs, folder });
  return undefined;
}

/** Gives up root where there is root to give up and a user to become. */
export async function enter(
  flags: ControlPlaneFlags,
  { clock, log }: Pick<CommandContext, "clock" | "log">,
): Promise<Entered> {
  const { bindAddress, securePort, nodeAddress, gitPort } = flags;
  const { pki } = pathsOf(flags);
  const runAs = await userOf(flags, log);
  if (runAs === undefined) {
    if (isRoot()) await takeBack(flags.dataDir);
    return { pki: await openPki(pki, () => clock.now()), bound: () => undefined };
  }
  await readFlagFiles({ ...flags });
  await checkEncryption(flags);
  await handOverTo(runAs, flags, { clock });
  const builds = gitPort !== undefined && nodeAddress !== undefined;
  const git = builds ? ["127.0.0.1", nodeAddress] : [];
  const bound = await bindRootPorts([
    ...bindAddress.map((host) => ({ host, port: securePort })),
    ...git.map((host) => ({ host, port: gitPort ?? 0 })),
  ]);
  const texts = builds && { files: await readStepFiles() };
  becomeUser({ uid: runAs, gid: runAs });
  return { pki: await openIssuedPki(pki), bound, ...texts };
}
