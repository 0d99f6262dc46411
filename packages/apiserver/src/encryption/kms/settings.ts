// What a configuration says of a KMS plugin: upstream's rules in upstream's words.
import { type FieldError, type FieldPath, forbidden, invalid, required } from "@knots/machinery";
import { parseGoDuration } from "@knots/std";
import type { KmsConfiguration } from "../configuration.ts";
import type { KmsAddress } from "./plugin.ts";

const DEFAULT_TIMEOUT = 3000;
/** Where the plugin of a checked configuration is. */
export const addressOf = ({ endpoint = "", timeout }: KmsConfiguration): KmsAddress => ({
  endpoint,
  timeout: (timeout === undefined ? undefined : parseGoDuration(timeout).milliseconds) ?? DEFAULT_TIMEOUT,
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
  if (timeout !== undefined && !((parseGoDuration(timeout).milliseconds ?? 0) > 0))
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
