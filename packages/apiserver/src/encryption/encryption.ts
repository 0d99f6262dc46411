// Encryption at rest: which resources' values are stored how, as a configuration says, and as another one says later.
import { defined } from "@knots/std";
import { nodeCiphers } from "./cipher.node.ts";
import type { Ciphers, ValueCipher } from "./cipher.ts";
import {
  type EncryptionConfiguration,
  KEY_PROVIDERS,
  type KeyProvider,
  type NamedKey,
  type ProviderConfiguration,
} from "./configuration.ts";
import { parseEncryptionConfiguration } from "./parse.ts";
import { coveringPatterns, groupResourceText, parseGroupResource } from "./resource-names.ts";
import { identity, type Prefixed, prefixTransformers, type Transformer, type Transformers } from "./transformer.ts";
import { keyBytes } from "./validate.ts";

/** Encryption as a configuration says it. */
export interface Encryption extends Transformers {
  /** Takes another configuration. Throws an EncryptionConfigurationError and keeps the present one when it cannot be used. */
  replace(text: string): void;
}

export interface EncryptionOptions {
  /** An EncryptionConfiguration as YAML or JSON. */
  readonly configuration: string;
  /** What stands in the store in place of `/registry`, as `--etcd-prefix` has it. */
  readonly prefix?: string;
  readonly ciphers?: Ciphers;
}

const ROOT = "/registry";
/** Names of providers in messages, as upstream writes them. */
const TITLES: Readonly<Record<KeyProvider, string>> = { aesgcm: "AES", aescbc: "AES", secretbox: "Secretbox" };
const encoder = new TextEncoder();

const transformerOf = (cipher: ValueCipher): Transformer => ({
  toStorage: (plain, associated) => cipher.seal(plain, associated),
  fromStorage: (stored, associated) => ({ plain: cipher.open(stored, associated), stale: false }),
});

function keyed(ciphers: Ciphers, provider: KeyProvider, keys: readonly NamedKey[]): Prefixed {
  const all = keys.map(({ name = "", secret = "" }) => ({
    prefix: `${name}:`,
    transformer: transformerOf(ciphers[provider](defined(keyBytes(secret), "a checked key"))),
  }));
  const none = `no matching key was found for the provided ${TITLES[provider]} transformer`;
  return { prefix: `k8s:enc:${provider}:v1:`, transformer: prefixTransformers(none, all) };
}

function providerOf(ciphers: Ciphers, provider: ProviderConfiguration): Prefixed {
  const name = KEY_PROVIDERS.find((candidate) => provider[candidate] !== undefined);
  if (name === undefined) return { prefix: "", transformer: identity };
  return keyed(ciphers, name, provider[name]?.keys ?? []);
}

/** Transformers by the names of resources and patterns. */
function transformersOf(ciphers: Ciphers, { resources: rules = [] }: EncryptionConfiguration) {
  const providers = new Map<string, Prefixed[]>();
  for (const rule of rules) {
    const made = (rule.providers ?? []).map((provider) => providerOf(ciphers, provider));
    for (const text of rule.resources ?? []) {
      const name = groupResourceText(parseGroupResource(text));
      providers.set(name, [...(providers.get(name) ?? []), ...made]);
    }
  }
  return new Map([...providers].map(([name, all]) => [name, prefixTransformers("no matching prefix found", all)]));
}

/** Opens the configuration; throws an EncryptionConfigurationError when it cannot be used. */
export function createEncryption({ configuration, prefix, ciphers = nodeCiphers }: EncryptionOptions): Encryption {
  const read = (text: string) => transformersOf(ciphers, parseEncryptionConfiguration(text));
  const root = prefix === undefined ? ROOT : prefix.replace(/\/+$/, "");
  let transformers = read(configuration);
  return {
    transformerOf(resource) {
      const names = [resource, ...coveringPatterns(resource)].map(groupResourceText);
      const name = names.find((candidate) => transformers.has(candidate));
      return (name !== undefined && transformers.get(name)) || identity;
    },
    placeOf: (key) => encoder.encode(root + key.slice(ROOT.length)),
    replace(text) {
      transformers = read(text);
    },
  };
}
