// Root's part of a control plane without root, for the supervisor and for a control plane that is started alone.
import { ClosedFolderError, controlPlaneCertificates, type HandOverOptions, handOver } from "@knots/cluster";
import type { ControlPlaneFlags } from "../settings/control-plane-flags.ts";
import { hasOwnEncryption } from "../settings/encryption.ts";
import { pathsOf } from "../settings/paths.ts";
import { UserError } from "../settings/user-error.ts";

/** The flags that decide what is handed over. */
export type HandOverFlags = Pick<
  ControlPlaneFlags,
  | "dataDir"
  | "bindAddress"
  | "serviceClusterIpRange"
  | "advertiseAddress"
  | "nodeAddress"
  | "gitPort"
  | "etcdServers"
  | "encryptionProviderConfig"
>;

/** Does it; nothing changes where all is done. After the supervisor did it, a control plane never sees the authority's key. */
export async function handOverTo(
  runAs: number,
  flags: HandOverFlags,
  { clock, progress }: Pick<HandOverOptions, "clock" | "progress">,
): Promise<void> {
  const { dataDir, nodeAddress, gitPort } = flags;
  const options: HandOverOptions = {
    dataDir,
    owner: { uid: runAs, gid: runAs },
    certificates: controlPlaneCertificates(flags),
    ownEncryption: hasOwnEncryption(flags),
    ...(nodeAddress !== undefined && gitPort !== undefined && { images: pathsOf(flags).images }),
    clock,
    ...(progress && { progress }),
  };
  try {
    await handOver(options);
  } catch (error) {
    if (!(error instanceof ClosedFolderError)) throw error;
    const { folder, user } = error;
    throw new UserError("error.closedFolder", { folder, user, path: dataDir }, { cause: error });
  }
}
