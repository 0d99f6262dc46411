// Encryption at rest: which resources' values are stored how, as a configuration says, and as another one says later.
import { type Clock, defined, type Logger, type Random } from "@knots/std";
import { nodeCiphers } from "./cipher.node.ts";
import type { Ciphers, ValueCipher } from "./cipher.ts";
import {
  type EncryptionConfiguration,
  KEY_PROVIDERS,
  type KeyProvider,
  type NamedKey,
  type ProviderConfiguration,
} from "./configuration.ts";
import { connectKms, type KmsAddress, type KmsPlugin } from "./kms/plugin.ts";
import { type KmsProvider, openKmsProvider } from "./kms/provider.ts";
import { addressOf } from "./kms/settings.ts";
import { EncryptionConfigurationError, parseEncryptionConfiguration } from "./parse.ts";
import { coveringPatterns, type GroupResource, groupResourceText, parseGroupResource } from "./resource-names.ts";
import { identity, type Prefixed, prefixTransformers, type Transformer, type Transformers } from "./transformer.ts";
import { keyBytes } from "./validate.ts";

/** Encryption as a configuration says it, until `close`. */
export interface Encryption extends Transformers {
  /** Resolves when every KMS plugin was asked for the first time, well or not. */
  readonly ready: Promise<unknown>;
  /** Takes another configuration. Rejects with an EncryptionConfigurationError and keeps the present one when it, or a plugin of it, cannot be used. */
  replace(text: string): Promise<void>;
  /** What is wrong with KMS plugins; undefined while nothing is. */
  fault(): string | undefined;
  close(): void;
}

export interface EncryptionOptions {
  /** An EncryptionConfiguration as YAML or JSON. */
  readonly configuration: string;
  /** What stands in the store in place of `/registry`, as `--etcd-prefix` has it. */
  readonly prefix?: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly ciphers?: Ciphers;
  /** How KMS plugins are reached; default: by gRPC. */
  readonly connect?: (address: KmsAddress) => KmsPlugin;
}

type Tools = Required<Omit<EncryptionOptions, "configuration" | "prefix">>;

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

/** A configuration at work. */
interface Setup {
  readonly transformerOf: (resource: GroupResource) => Transformer;
  readonly plugins: readonly { readonly name: string; readonly provider: KmsProvider }[];
}

function setUp({ resources: rules = [] }: EncryptionConfiguration, tools: Tools): Setup {
  const { ciphers, clock, log, connect } = tools;
  const plugins: { readonly name: string; readonly provider: KmsProvider }[] = [];
  const prefixed = (provider: ProviderConfiguration): Prefixed => {
    const keyProvider = KEY_PROVIDERS.find((candidate) => provider[candidate] !== undefined);
    if (keyProvider !== undefined) return keyed(ciphers, keyProvider, provider[keyProvider]?.keys ?? []);
    const { kms } = provider;
    if (!kms) return { prefix: "", transformer: identity };
    const name = kms.name ?? "";
    const opened = openKmsProvider({ name, plugin: connect(addressOf(kms)), ciphers, clock, log });
    plugins.push({ name, provider: opened });
    return { prefix: `k8s:enc:kms:v2:${name}:`, transformer: opened.transformer };
  };
  const providers = new Map<string, Prefixed[]>();
  for (const rule of rules) {
    const made = (rule.providers ?? []).map(prefixed);
    for (const text of rule.resources ?? []) {
      const name = groupResourceText(parseGroupResource(text));
      providers.set(name, [...(providers.get(name) ?? []), ...made]);
    }
  }
  return { transformerOf: chooser(providers), plugins };
}

/** The nearest name decides; what none covers stays as it is. */
function chooser(providers: ReadonlyMap<string, readonly Prefixed[]>): (resource: GroupResource) => Transformer {
  const transformers = new Map(
    [...providers].map(([name, all]) => [name, prefixTransformers("no matching prefix found", all)]),
  );
  const chosen = new Map<string, Transformer>();
  return (resource) => {
    const own = groupResourceText(resource);
    const known = chosen.get(own);
    if (known) return known;
    const names = [own, ...coveringPatterns(resource).map(groupResourceText)];
    const name = names.find((candidate) => transformers.has(candidate));
    const transformer = (name !== undefined && transformers.get(name)) || identity;
    chosen.set(own, transformer);
    return transformer;
  };
}

const readyOf = ({ plugins }: Setup): Promise<unknown> => Promise.all(plugins.map(({ provider }) => provider.ready));

function faultOf({ plugins }: Setup): string | undefined {
  const faults = plugins.map(({ name, provider }) => [name, provider.fault()] as const);
  const texts = faults.filter(([, fault]) => fault !== undefined).map(([name, fault]) => `${name}: ${fault}`);
  return texts.length > 0 ? `KMS plugins are not well: ${texts.join("; ")}` : undefined;
}

function closeAll({ plugins }: Setup): void {
  for (const { provider } of plugins) provider.close();
}

/** Opens the configuration; throws an EncryptionConfigurationError when it cannot be used. */
export function createEncryption({ configuration, prefix, ...options }: EncryptionOptions): Encryption {
  const connect = (address: KmsAddress): KmsPlugin => connectKms(address, options.random);
  const tools: Tools = { ciphers: nodeCiphers, connect, ...options };
  const read = (text: string): Setup => setUp(parseEncryptionConfiguration(text), tools);
  const root = prefix === undefined ? ROOT : prefix.replace(/\/+$/, "");
  let setup = read(configuration);
  return {
    ready: readyOf(setup),
    transformerOf: (resource) => setup.transformerOf(resource),
    placeOf: (key) => encoder.encode(root + key.slice(ROOT.length)),
    async replace(text) {
      const next = read(text);
      await readyOf(next);
      const fault = faultOf(next);
      closeAll(fault === undefined ? setup : next);
      if (fault !== undefined) throw new EncryptionConfigurationError(fault);
      setup = next;
    },
    fault: () => faultOf(setup),
    close: () => closeAll(setup),
  };
}
