// How containerd finds the registry: the text of certs.d/registry.knots.internal/hosts.toml.

export interface RegistryHost {
  /** Address with port, such as 10.244.0.1:5000. */
  readonly address: string;
  /** Files on the node: the cluster's authority, and the node's own certificate and key, by which it may pull. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}

/** The folder, below containerd's `registries` folder, that holds `hosts.toml`. */
export { REGISTRY_SERVICE as REGISTRY_HOST } from "../access/names.ts";

/** JSON's strings and arrays are also TOML's. */
export function hostsToml({ address, authority, certificate, key }: RegistryHost): string {
  const server = JSON.stringify(`https://${address}`);
  return [
    `server = ${server}`,
    "",
    `[host.${server}]`,
    `capabilities = ["pull", "resolve"]`,
    `ca = ${JSON.stringify(authority)}`,
    `client = [${JSON.stringify([certificate, key])}]`,
    "",
  ].join("\n");
}
