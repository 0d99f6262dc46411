// The certificates that a control plane serves and asks with: what each says, in one place for who issues and who uses them.
import type { LeafRequest } from "@knots/host";
import { formatIPv4, parseCidr } from "@knots/machinery";

/** Where a control plane is reached. */
export interface ControlPlaneAddresses {
  readonly bindAddress: readonly string[];
  readonly serviceClusterIpRange: string;
  readonly advertiseAddress?: string;
}

const SERVICE_NAMES = ["kubernetes", "default", "svc", "cluster", "local"];

/** Every name and address of the API server; undefined when the range of services is no network. */
export function apiServerCertificate(where: ControlPlaneAddresses): LeafRequest | undefined {
  const range = parseCidr(where.serviceClusterIpRange);
  if (!range) return undefined;
  const names = [1, 2, 3, 5].map((count) => SERVICE_NAMES.slice(0, count).join("."));
  const addresses = [
    "127.0.0.1",
    formatIPv4(range.base + 1),
    ...where.bindAddress.filter((address) => address !== "0.0.0.0"),
    ...(where.advertiseAddress ? [where.advertiseAddress] : []),
  ];
  return {
    user: "kube-apiserver",
    usages: ["server"],
    dnsNames: [...names, "localhost"],
    ipAddresses: [...new Set(addresses)],
  };
}

/** By which the API server reaches kubelets. */
export const KUBELET_CLIENT: LeafRequest = { user: "kube-apiserver", groups: ["system:masters"], usages: ["client"] };

/** The git server and the image registry, at the machine's address inside the cluster. */
export const gitCertificate = (address: string): LeafRequest => ({
  user: "git",
  usages: ["server"],
  dnsNames: ["localhost"],
  ipAddresses: ["127.0.0.1", address],
});
export const registryCertificate = (address: string): LeafRequest => ({
  user: "registry",
  usages: ["server"],
  dnsNames: ["registry.knots.internal"],
  ipAddresses: [address],
});

/** All of them by the name of their files, for a control plane with (`nodeAddress`) or without a node on its machine. */
export function controlPlaneCertificates(
  where: ControlPlaneAddresses & { readonly nodeAddress?: string },
): Readonly<Record<string, LeafRequest>> {
  const { nodeAddress } = where;
  const apiserver = apiServerCertificate(where);
  return {
    ...(apiserver && { apiserver }),
    ...(nodeAddress && {
      "apiserver-kubelet-client": KUBELET_CLIENT,
      git: gitCertificate(nodeAddress),
      registry: registryCertificate(nodeAddress),
    }),
  };
}
