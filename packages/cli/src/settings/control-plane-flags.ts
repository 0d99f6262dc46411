// What `kts control-plane` and `kts apiserver` are told.
import type { EncryptionSettings } from "./encryption.ts";
import type { EtcdSettings } from "./etcd.ts";
import type { InflightSettings } from "./inflight.ts";
import type { OriginSettings } from "./origins.ts";

/** Upstream's flag names where upstream has them. */
export interface ControlPlaneFlags extends EtcdSettings, EncryptionSettings, InflightSettings, OriginSettings {
  readonly dataDir: string;
  readonly bindAddress: readonly string[];
  readonly securePort: number;
  readonly components: "all" | "alone";
  readonly serviceClusterIpRange: string;
  readonly advertiseAddress?: string;
  readonly tokenAuthFile?: string;
  readonly clientCaFile?: string;
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  /** Signs service-account tokens; several API servers of a cluster share it. */
  readonly serviceAccountSigningKeyFile?: string;
  /** Further keys whose tokens are accepted. */
  readonly serviceAccountKeyFile?: readonly string[];
  readonly serviceAccountIssuer?: string;
  /** User that root becomes; absent: whoever starts it stays who he is. */
  readonly runAs?: number;
  /** That user was asked for: nobody else will do. */
  readonly runAsAsked?: boolean;
  readonly simulatedNodes?: number;
  /** Address of the node on this machine: its kubelet and its DNS server. */
  readonly nodeAddress?: string;
  /** Port of the git server; with it the delivery platform runs. */
  readonly gitPort?: number;
  /** Port of sites, for the addresses that people are told. */
  readonly httpPort?: number;
}
