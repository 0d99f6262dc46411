// Rules of ConfigMap and Secret: keys, size, sealing, and what each type of secret must hold.
import {
  type Check,
  configMapKey,
  type FieldError,
  type FieldPath,
  fieldPath,
  invalid,
  type ObjectMeta,
  required,
  tooLong,
} from "@knots/machinery";
import { checkSealed, checkText } from "../../checks.ts";
import { SERVICE_ACCOUNT_NAME_ANNOTATION } from "../../labels.ts";

/** Most bytes that a ConfigMap or Secret may hold. */
export const MAX_DATA_BYTES = 1_048_576;

type Data = Readonly<Record<string, string>>;

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
const base64Bytes = (text: string): number => Math.floor((text.replace(/=+$/, "").length * 3) / 4);

function sizeOf(data: Data | undefined, bytesOf: (text: string) => number): number {
  return Object.values(data ?? {}).reduce((sum, value) => sum + bytesOf(value), 0);
}

function* checkKeys(path: FieldPath, data: Data | undefined): Iterable<FieldError> {
  for (const key of Object.keys(data ?? {})) yield* checkText(path.key(key), key, configMapKey);
}

interface ConfigMapView {
  readonly data?: Data;
  readonly binaryData?: Data;
  readonly immutable?: boolean;
}

export const configMapKeysAndSize: Check<ConfigMapView> = function* ({ data, binaryData }) {
  yield* checkKeys(fieldPath("data"), data);
  yield* checkKeys(fieldPath("binaryData"), binaryData);
  for (const key of Object.keys(binaryData ?? {})) {
    if (Object.hasOwn(data ?? {}, key))
      yield invalid(fieldPath("binaryData").key(key), key, "duplicate of key present in data");
  }
  if (sizeOf(data, utf8Bytes) + sizeOf(binaryData, base64Bytes) > MAX_DATA_BYTES)
    yield tooLong(fieldPath("[]"), MAX_DATA_BYTES);
};

/** What was sealed stays, and stays sealed. */
export const sealed: Check<ConfigMapView> = function* (value, { old }) {
  if (old?.immutable !== true) return;
  yield* checkSealed(fieldPath("immutable"), value.immutable, true);
  yield* checkSealed(fieldPath("data"), value.data ?? {}, old.data ?? {});
  yield* checkSealed(fieldPath("binaryData"), value.binaryData ?? {}, old.binaryData ?? {});
};

interface SecretView extends ConfigMapView {
  readonly stringData?: Data;
  readonly type?: string;
  readonly metadata?: ObjectMeta;
}

export const secretKeysAndSize: Check<SecretView> = function* ({ data, stringData }) {
  yield* checkKeys(fieldPath("data"), data);
  yield* checkKeys(fieldPath("stringData"), stringData);
  if (sizeOf(data, base64Bytes) + sizeOf(stringData, utf8Bytes) > MAX_DATA_BYTES) {
    yield tooLong(fieldPath("data"), MAX_DATA_BYTES);
  }
};

/** Keys that a secret of a type must have. */
const REQUIRED_KEYS: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

export const secretTypeKeys: Check<SecretView> = function* ({ type = "", data = {}, stringData = {}, metadata }) {
  const path = fieldPath("data");
  const has = (key: string): boolean => Object.hasOwn(data, key) || Object.hasOwn(stringData, key);
  for (const key of REQUIRED_KEYS[type] ?? []) if (!has(key)) yield required(path.key(key));
  if (type === "kubernetes.io/basic-auth" && !has("username") && !has("password")) {
    yield required(path.key("username"));
    yield required(path.key("password"));
  }
  const account = metadata?.annotations?.[SERVICE_ACCOUNT_NAME_ANNOTATION] ?? "";
  if (type === "kubernetes.io/service-account-token" && account === "") {
    yield required(fieldPath("metadata").child("annotations").key(SERVICE_ACCOUNT_NAME_ANNOTATION));
  }
};
