// What a configuration says of a KMS plugin: upstream's rules in upstream's words.
import { type FieldError, type FieldPath, forbidden, invalid, required } from "@knots/machinery";
import type { KmsConfiguration } from "../configuration.ts";
import type { KmsAddress } from "./plugin.ts";

const DEFAULT_TIMEOUT = 3000;
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a duration as Go writes it (`1m30s`, `500ms`); undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  if (!/^-?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, number, unit = ""] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g))
    sum += Number(number) * (UNITS[unit] ?? 0);
  return text.startsWith("-") ? -sum : sum;
}

/** Where the plugin of a checked configuration is. */
export const addressOf = ({ endpoint = "", timeout }: KmsConfiguration): KmsAddress => ({
  endpoint,
  timeout: (timeout === undefined ? undefined : parseDuration(timeout)) ?? DEFAULT_TIMEOUT,
});

function* endpointFaults(endpoint: string, path: FieldPath): Iterable<FieldError> {
  if (endpoint === "") return yield invalid(path, "", "endpoint is a mandatory field for a kms");
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(endpoint)?.[1] ?? "";
  if (scheme !== "unix")
    yield invalid(path, endpoint, `unsupported scheme "${scheme}" for KMS provider, only unix is supported`);
  else if (/^unix:\/*@/.test(endpoint)) yield forbidden(path, "abstract sockets are not supported by this server");
}

function* nameFaults(name: string, path: FieldPath, names: ReadonlySet<string>): Iterable<FieldError> {
  if (name === "") yield required(path, "name is a mandatory field for a provider");
  if (name.includes(":")) yield invalid(path, name, `invalid KMS provider name ${name}, must not contain ':'`);
  if (names.has(name)) yield invalid(path, name, `duplicate KMS provider name ${name}, names must be unique`);
}

/** Faults of one plugin's settings; `names` are those of the plugins before it. */
export function* kmsFaults(kms: KmsConfiguration, path: FieldPath, names: ReadonlySet<string>): Iterable<FieldError> {
  const { apiVersion = "v1", name = "", endpoint = "", timeout, cachesize } = kms;
  yield* nameFaults(name, path.child("name"), names);
  if (timeout !== undefined && !((parseDuration(timeout) ?? 0) > 0))
    yield invalid(path.child("timeout"), timeout, "timeout should be a positive value");
  yield* endpointFaults(endpoint, path.child("endpoint"));
  const version = path.child("apiVersion");
  if (apiVersion === "v1")
    return yield forbidden(version, "version v1 of KMS plugins is not supported by this server, only v2 is");
  if (apiVersion !== "v2")
    return yield invalid(
      version,
      apiVersion,
      "unsupported apiVersion apiVersion for KMS provider, only v1 and v2 are supported",
    );
  if (cachesize !== undefined) yield invalid(path.child("cachesize"), cachesize, "cachesize is not supported in v2");
}
