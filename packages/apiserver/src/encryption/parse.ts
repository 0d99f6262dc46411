// Reads an EncryptionConfiguration, as YAML or JSON. Its text holds keys: no error shows any of it but names of fields.
import { decodeObject, isApiError, type Json } from "@knots/machinery";
import { load, YAMLException } from "js-yaml";
import { EncryptionConfiguration } from "./configuration.ts";
import { configurationFaults } from "./validate.ts";

const API_VERSION = "apiserver.config.k8s.io/v1";
const KIND = "EncryptionConfiguration";

/** The configuration cannot be used; the message says why and holds no key. */
export class EncryptionConfigurationError extends Error {
  override readonly name = "EncryptionConfigurationError";
}

const refuse = (why: string, cause?: unknown): EncryptionConfigurationError =>
  new EncryptionConfigurationError(why, { cause });

function yamlValue(text: string): Json {
  if (text.trim() === "") throw refuse("the encryption provider configuration is empty");
  try {
    return JSON.parse(JSON.stringify(load(text) ?? null)) as Json;
  } catch (error) {
    // The library's own message quotes the text.
    if (!(error instanceof YAMLException)) throw error;
    const line = error.mark ? ` in line ${error.mark.line + 1}` : "";
    throw refuse(`not valid YAML${line}: ${error.reason}`);
  }
}

function checkType(value: Json): void {
  const { apiVersion, kind } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (apiVersion === API_VERSION && kind === KIND) return;
  const found = [apiVersion, kind].map((part) => JSON.stringify(part) ?? "nothing").join(", ");
  throw refuse(`apiVersion and kind must be ${JSON.stringify(API_VERSION)}, ${JSON.stringify(KIND)}, not ${found}`);
}

/** Parses and checks. Throws an EncryptionConfigurationError that names every fault with its field. */
export function parseEncryptionConfiguration(text: string): EncryptionConfiguration {
  const value = yamlValue(text);
  checkType(value);
  const unknown: string[] = [];
  const configuration = decoded(value, (path) => unknown.push(path));
  if (unknown.length > 0)
    throw refuse(`strict decoding error: ${unknown.map((path) => `unknown field ${JSON.stringify(path)}`).join(", ")}`);
  const faults = [...configurationFaults(configuration)].map(({ field, message }) => `${field}: ${message}`);
  if (faults.length > 0) throw refuse(faults.length === 1 ? String(faults[0]) : `[${faults.join(", ")}]`);
  return configuration;
}

function decoded(value: Json, onUnknown: (path: string) => void): EncryptionConfiguration {
  try {
    return decodeObject(EncryptionConfiguration, value, { onUnknown });
  } catch (error) {
    if (!isApiError(error)) throw error;
    throw refuse(error.message, error);
  }
}
