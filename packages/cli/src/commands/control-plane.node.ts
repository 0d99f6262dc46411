// `kts control-plane` and `kts apiserver`: a control plane in this process, until it is told to stop.
import { mkdir } from "node:fs/promises";
import type { Encryption } from "@knots/apiserver";
import {
  addons,
  apiServerCertificate,
  type ControlPlane,
  KUBELET_CLIENT,
  NETWORKS,
  startControlPlane,
  startPlatform,
} from "@knots/cluster";
import type { KeyPair, LeafRequest, PkiFolder } from "@knots/host";
import type { Timer } from "@knots/std";
import type { Store } from "@knots/store";
import type { ControlPlaneFlags } from "../settings/control-plane-flags.ts";
import { pathsOf } from "../settings/paths.ts";
import { UserError } from "../settings/user-error.ts";
import { checkPorts } from "../terminal/ports.node.ts";
import { aborted, type CommandContext, untilStopped } from "./context.node.ts";
import { openEncryption } from "./encryption.node.ts";
import { type Entered, enter } from "./enter.node.ts";
import { readFlagFile } from "./flag-file.node.ts";
import { openClusterStore } from "./open-store.node.ts";

/** Every name and address under which the API server is reached. */
function servingRequest(flags: ControlPlaneFlags): LeafRequest {
  const request = apiServerCertificate(flags);
  if (request) return request;
  throw new UserError("error.cidr", { flag: "--service-cluster-ip-range", value: flags.serviceClusterIpRange });
}

/** What the control plane needs for a node on this machine. */
async function nodeOptions(nodeAddress: string, pki: PkiFolder) {
  const client = await pki.leaf("apiserver-kubelet-client", KUBELET_CLIENT);
  const dns = { serviceAddress: NETWORKS.clusterDns, serverAddress: nodeAddress };
  return { addons: addons({ dns }), kubelets: { client, authority: pki.authority.certificate } };
}

/** Starts the delivery platform where there is a node to build on. */
async function platformOf(
  flags: ControlPlaneFlags,
  entered: Entered,
  plane: ControlPlane,
  around: Pick<CommandContext, "clock" | "random" | "log">,
) {
  const { dataDir, nodeAddress, gitPort, httpPort = 80 } = flags;
  if (!nodeAddress || !gitPort) return undefined;
  const { registryPort } = NETWORKS;
  return startPlatform(
    {
      dataDir,
      ...entered,
      address: nodeAddress,
      registryPort,
      gitPort,
      httpPort,
      images: pathsOf(flags).images,
      ...around,
    },
    plane.server,
  );
}

const RENEWAL_LOOK = 12 * 3_600_000;

/** The pair given by flags, for clusters whose certificates come from elsewhere. */
async function givenPair({ tlsCertFile, tlsPrivateKeyFile }: ControlPlaneFlags): Promise<KeyPair | undefined> {
  if (!tlsCertFile || !tlsPrivateKeyFile) return undefined;
  return {
    certificate: await readFlagFile(tlsCertFile, "--tls-cert-file"),
    key: await readFlagFile(tlsPrivateKeyFile, "--tls-private-key-file"),
  };
}

/** Keys and issuer of service-account tokens. */
async function tokensOf(flags: ControlPlaneFlags, pki: PkiFolder) {
  const { serviceAccountSigningKeyFile: signing, serviceAccountKeyFile: keys = [], serviceAccountIssuer } = flags;
  return {
    tokenKey: signing ? await readFlagFile(signing, "--service-account-signing-key-file") : await pki.tokenKey(),
    furtherTokenKeys: await Promise.all(keys.map((path) => readFlagFile(path, "--service-account-key-file"))),
    ...(serviceAccountIssuer !== undefined && { tokenIssuer: serviceAccountIssuer }),
  };
}

async function startPlane(
  flags: ControlPlaneFlags,
  { pki, bound }: Entered,
  { around, ...parts }: PlaneParts,
): Promise<ControlPlane> {
  const { bindAddress: addresses, securePort: port, serviceClusterIpRange, components, clientCaFile } = flags;
  return startControlPlane({
    ...parts,
    ...around,
    addresses,
    port,
    bound,
    clientAuthority: clientCaFile ? await readFlagFile(clientCaFile, "--client-ca-file") : pki.authority.certificate,
    ...(await tokensOf(flags, pki)),
    serviceClusterIpRange,
    components,
    simulatedNodes: flags.simulatedNodes ?? 0,
    ...(flags.nodeAddress && (await nodeOptions(flags.nodeAddress, pki))),
    ...(flags.tokenAuthFile && { tokenFile: await readFlagFile(flags.tokenAuthFile, "--token-auth-file") }),
    ...(flags.corsAllowedOrigins && { corsAllowedOrigins: flags.corsAllowedOrigins }),
    ...(flags.inflight && { inflight: flags.inflight }),
    ...(flags.priorityAndFairness !== undefined && { priorityAndFairness: flags.priorityAndFairness }),
    ...(flags.advertiseAddress && { advertise: { address: flags.advertiseAddress, port } }),
  });
}

/** What a control plane is started with beside its flags. */
interface PlaneParts {
  readonly store: Store;
  readonly encryption?: Encryption;
  readonly serving: KeyPair;
  readonly around: Pick<CommandContext, "clock" | "random" | "log">;
}

/** Renews the serving certificate now and then; answers how to stop that. */
function keepRenewed(renew: () => Promise<void>, { clock, log }: Pick<CommandContext, "clock" | "log">): () => void {
  const next = (): Timer =>
    clock.setTimer(
      RENEWAL_LOOK,
      () => {
        renew().catch((error: unknown) => log.error("the serving certificate was not renewed", { error }));
        timer = next();
      },
      { background: true },
    );
  let timer = next();
  return () => timer.cancel();
}

/** Runs until SIGTERM or Ctrl-C. */
export async function runControlPlane(flags: ControlPlaneFlags, { clock, random, log }: CommandContext): Promise<void> {
  const signal = untilStopped();
  const around = { clock, random, log };
  await mkdir(flags.dataDir, { recursive: true, mode: 0o700 });
  const flag = flags.components === "alone" ? "--secure-port" : "--api-port";
  await checkPorts(flags.bindAddress.map((address) => ({ address, port: flags.securePort, flag })));
  const request = servingRequest(flags);
  const entered = await enter(flags, around);
  const { pki } = entered;
  const given = await givenPair(flags);
  const serving = given ?? (await pki.leaf("apiserver", request));
  const { encryption, close: closeEncryption } = await openEncryption(flags, around);
  const store = await openClusterStore(flags, around);
  const plane = await startPlane(flags, entered, { store, ...(encryption && { encryption }), serving, around });
  const platform = await platformOf(flags, entered, plane, around);
  log.info("the control plane is ready", { addresses: flags.bindAddress, port: flags.securePort });
  const stopRenewing = keepRenewed(async () => {
    if (!given) plane.renew(await pki.leaf("apiserver", request));
  }, around);
  await aborted(signal);
  stopRenewing();
  await platform?.close();
  await plane.close();
  closeEncryption();
  await store.close();
}
