// Where containerd, or its client program, finds the registry of sites.
import { NETWORKS } from "@knots/cluster";
import { hostsToml, REGISTRY_HOST } from "@knots/delivery";
import { writeFileAtomic } from "@knots/host";
import { pathsOf } from "../settings/paths.ts";

/** Tells containerd where images of sites are, and by which certificate it may pull them. */
export async function writeRegistryHost(dataDir: string): Promise<void> {
  const { pki } = pathsOf({ dataDir });
  const host = hostsToml({
    address: `${NETWORKS.nodeAddress}:${NETWORKS.registryPort}`,
    authority: `${pki}/ca.crt`,
    certificate: `${pki}/node.crt`,
    key: `${pki}/node.key`,
  });
  await writeFileAtomic(`${dataDir}/containerd/certs.d/${REGISTRY_HOST}/hosts.toml`, host, { durable: false });
}
