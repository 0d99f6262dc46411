// docker-registry's configuration as a value and as the text it reads.
import { REGISTRY_SERVICE, TOKEN_ISSUER } from "../access/names.ts";

export interface RegistryConfig {
  /** Address and port to listen on. */
  readonly address: string;
  readonly port: number;
  /** Folder of the images. */
  readonly storage: string;
  /** Files of the serving certificate and its key. */
  readonly certificate: string;
  readonly key: string;
  /** File with the certificates whose keys may sign tokens. */
  readonly tokens: string;
  /** Where clients get tokens. */
  readonly realm: string;
  /** Whether nothing may be written, as while garbage is collected. */
  readonly readOnly: boolean;
}

/** JSON, which is YAML too. */
export function registryYaml(config: RegistryConfig): string {
  const text = {
    version: "0.1",
    log: { level: "info", formatter: "json", accesslog: { disabled: true } },
    storage: {
      filesystem: { rootdirectory: config.storage },
      delete: { enabled: true },
      redirect: { disable: true },
      // No cache of blobs: it would remember what garbage collection has removed.
      maintenance: {
        uploadpurging: { enabled: true, age: "24h", interval: "24h", dryrun: false },
        readonly: { enabled: config.readOnly },
      },
    },
    http: {
      addr: `${config.address}:${config.port}`,
      relativeurls: true,
      draintimeout: "10s",
      tls: { certificate: config.certificate, key: config.key, minimumtls: "tls1.2" },
      headers: { "X-Content-Type-Options": ["nosniff"] },
    },
    auth: {
      token: {
        realm: config.realm,
        service: REGISTRY_SERVICE,
        issuer: TOKEN_ISSUER,
        rootcertbundle: config.tokens,
      },
    },
  };
  return `${JSON.stringify(text, undefined, 2)}\n`;
}
