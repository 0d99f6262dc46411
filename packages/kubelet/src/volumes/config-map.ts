// Files from a ConfigMap.
import type { ConfigMap, ConfigMapProjection } from "@knots/api";
import { VolumeError } from "./error.ts";
import { keyFiles, type Payload, textBytes } from "./payload.ts";

/** The files; a missing object is an error unless the source is optional. */
export function configMapFiles(source: ConfigMapProjection, object: ConfigMap | undefined, mode: number): Payload {
  const { name, items, optional = false } = source;
  if (!object && !optional) throw new VolumeError(`configmap "${name}" not found`);
  const values = new Map<string, Uint8Array>([
    ...Object.entries(object?.data ?? {}).map(([key, text]) => [key, textBytes(text)] as const),
    ...Object.entries(object?.binaryData ?? {}).map(([key, text]) => [key, Buffer.from(text, "base64")] as const),
  ]);
  const missing = (key: string): Error => new VolumeError(`configmap references non-existent config key: ${key}`);
  return keyFiles(values, { ...(items && { items }), mode, optional, missing });
}
