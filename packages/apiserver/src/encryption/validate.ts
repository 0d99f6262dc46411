// What may stand in an EncryptionConfiguration: upstream's rules in upstream's words. No message ever shows a key.
import { type FieldError, type FieldPath, fieldPath, invalid, required } from "@knots/machinery";
import {
  type EncryptionConfiguration,
  KEY_PROVIDERS,
  type KeyProvider,
  type NamedKey,
  type ProviderConfiguration,
} from "./configuration.ts";
import { kmsFaults } from "./kms/settings.ts";
import { coveringPatterns, groupResourceText, parseGroupResource, sameResource } from "./resource-names.ts";

const AES_SIZES = [16, 24, 32];
const KEY_SIZES: Readonly<Record<KeyProvider, readonly number[]>> = {
  aesgcm: AES_SIZES,
  aescbc: AES_SIZES,
  secretbox: [32],
};
/** What is in the store without being an object of the API. */
const WITHOUT_API = ["apiserveripinfo", "serviceipallocations", "servicenodeportallocations"];
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** The bytes of a key; undefined when the text is not base64. */
export function keyBytes(secret: string): Uint8Array | undefined {
  const text = secret.replaceAll(/[\r\n]/g, "");
  return BASE64.test(text) ? Uint8Array.from(atob(text), (character) => character.charCodeAt(0)) : undefined;
}

function* keyFaults(key: NamedKey, path: FieldPath, sizes: readonly number[]): Iterable<FieldError> {
  if (!key.name) yield required(path.child("name"), "name is a mandatory field for a key");
  const secret = path.child("secret");
  if (!key.secret) return yield required(secret, "secret is a mandatory field for a key");
  const bytes = keyBytes(key.secret);
  if (!bytes) return yield invalid(secret, "REDACTED", "secrets must be base64 encoded");
  if (sizes.includes(bytes.length)) return;
  const why = `secret is not of the expected length, got ${bytes.length}, expected one of [${sizes.join(" ")}]`;
  yield invalid(secret, "REDACTED", why);
}

const NONE = "provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity";
const SEVERAL = "more than one provider specified in a single element, should split into different list elements";

function* providerFaults(provider: ProviderConfiguration, path: FieldPath, plugins: Set<string>): Iterable<FieldError> {
  const found = Object.keys(provider);
  if (found.length === 0) return yield invalid(path, {}, NONE);
  if (found.length > 1) yield invalid(path, found, SEVERAL);
  if (provider.kms) {
    yield* kmsFaults(provider.kms, path.child("kms"), plugins);
    plugins.add(provider.kms.name ?? "");
  }
  for (const name of KEY_PROVIDERS) {
    const { keys = [] } = provider[name] ?? { keys: undefined };
    if (!provider[name]) continue;
    const at = path.child(name, "keys");
    if (keys.length === 0) yield required(at, "at least one keys is required");
    for (const [index, key] of keys.entries()) yield* keyFaults(key, at.index(index), KEY_SIZES[name]);
  }
}

/** Why a name cannot be one of a resource that is encrypted. */
function nameFault(text: string): string | undefined {
  if (text.toLowerCase() !== text) return "resource name should not contain capital letters";
  if (text === "*") return "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources";
  if (WITHOUT_API.includes(text)) return "resources which do not have REST API/s cannot be encrypted";
  const { group, resource } = parseGroupResource(text);
  if (group === "events.k8s.io")
    return "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file";
  if (group === "extensions") return "'extensions' group has been removed and cannot be used for encryption";
  if (group === "*" && resource !== "*") return "encrypting the same resource across groups is not supported";
  return undefined;
}

function* resourceFaults(resources: readonly string[], path: FieldPath): Iterable<FieldError> {
  if (resources.length === 0) yield required(path, `at least one ${path.toString()} is required`);
  if (new Set(resources).size < resources.length)
    yield invalid(path, resources, "the same resource cannot be specified multiple times");
  const parsed = [...new Set(resources)].map(parseGroupResource);
  const overlaps = parsed.some((one) =>
    coveringPatterns(one).some((pattern) => parsed.some((other) => other !== one && sameResource(other, pattern))),
  );
  if (overlaps)
    yield invalid(
      path,
      resources,
      "using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked",
    );
  for (const [index, text] of resources.entries()) {
    const fault = nameFault(text);
    if (fault !== undefined) yield invalid(path.index(index), text, fault);
  }
}

/** A pattern of an earlier rule would decide, and the later rule never be looked at. */
function* maskFaults(rules: NonNullable<EncryptionConfiguration["resources"]>): Iterable<FieldError> {
  const earlier: string[] = [];
  for (const [index, { resources = [] }] of rules.entries()) {
    for (const [place, text] of resources.entries()) {
      const mask = coveringPatterns(parseGroupResource(text))
        .map(groupResourceText)
        .find((pattern) => pattern !== text && earlier.includes(pattern));
      const path = fieldPath("resources").index(index).child("resources").index(place);
      if (mask !== undefined) yield invalid(path, text, `resource "${text}" is masked by earlier rule "${mask}"`);
    }
    earlier.push(...resources);
  }
}

/** Everything that is wrong. */
export function* configurationFaults({ resources: rules = [] }: EncryptionConfiguration): Iterable<FieldError> {
  const root = fieldPath("resources");
  if (rules.length === 0) return yield required(root, "at least one resources is required");
  const plugins = new Set<string>();
  for (const [index, { resources = [], providers = [] }] of rules.entries()) {
    const path = root.index(index);
    yield* resourceFaults(resources, path.child("resources"));
    const at = path.child("providers");
    if (providers.length === 0) yield required(at, `at least one ${at.toString()} is required`);
    for (const [place, provider] of providers.entries()) yield* providerFaults(provider, at.index(place), plugins);
  }
  yield* maskFaults(rules);
}
