// The file that says what is encrypted at rest and with which keys: upstream's EncryptionConfiguration.
import { array, field, int32, object, string, type TypeOf } from "@knots/machinery";

const Key = object("io.k8s.apiserver.config.v1.Key", {
  name: field(1, string(), "Stands in front of each value that the key encrypted."),
  secret: field(2, string(), "The key's bytes in base64."),
});
const Keys = object("io.k8s.apiserver.config.v1.AESConfiguration", {
  keys: field(1, array(Key), "The first encrypts, all decrypt."),
});
const Secretbox = object("io.k8s.apiserver.config.v1.SecretboxConfiguration", {
  keys: field(1, array(Key), "The first encrypts, all decrypt."),
});
const Identity = object("io.k8s.apiserver.config.v1.IdentityConfiguration", {});
const Kms = object("io.k8s.apiserver.config.v1.KMSConfiguration", {
  apiVersion: field(1, string(), "Version of the plugin's protocol."),
  name: field(2, string(), "Name of the plugin."),
  cachesize: field(3, int32(), "How many keys are remembered.", { pointer: true }),
  endpoint: field(4, string(), "Socket of the plugin."),
  timeout: field(5, string(), "Longest wait for the plugin."),
});
const Provider = object("io.k8s.apiserver.config.v1.ProviderConfiguration", {
  aesgcm: field(1, Keys, "AES in Galois/Counter mode.", { pointer: true }),
  aescbc: field(2, Keys, "AES in CBC mode; nothing is authenticated.", { pointer: true }),
  secretbox: field(3, Secretbox, "XSalsa20 and Poly1305.", { pointer: true }),
  identity: field(4, Identity, "Values as they are.", { pointer: true }),
  kms: field(5, Kms, "A plugin keeps the keys.", { pointer: true }),
});
const Rule = object("io.k8s.apiserver.config.v1.ResourceConfiguration", {
  resources: field(1, array(string()), "Resources as `resource` or `resource.group`, with `*` for all of a group."),
  providers: field(2, array(Provider), "The first encrypts, all decrypt."),
});

export const EncryptionConfiguration = object("io.k8s.apiserver.config.v1.EncryptionConfiguration", {
  apiVersion: field(1, string(), "Always `apiserver.config.k8s.io/v1`."),
  kind: field(2, string(), "Always `EncryptionConfiguration`."),
  resources: field(3, array(Rule), "What is encrypted, and how."),
});

export interface EncryptionConfiguration extends TypeOf<typeof EncryptionConfiguration> {}
export interface ResourceRule extends TypeOf<typeof Rule> {}
export interface ProviderConfiguration extends TypeOf<typeof Provider> {}
export interface KmsConfiguration extends TypeOf<typeof Kms> {}
export interface NamedKey extends TypeOf<typeof Key> {}

/** Providers that hold keys of their own. */
export type KeyProvider = "aesgcm" | "aescbc" | "secretbox";
export const KEY_PROVIDERS: readonly KeyProvider[] = ["aesgcm", "aescbc", "secretbox"];
