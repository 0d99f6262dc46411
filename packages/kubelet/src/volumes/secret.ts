// Files from a Secret.
import type { Secret, SecretProjection } from "@knots/api";
import { VolumeError } from "./error.ts";
import { keyFiles, type Payload } from "./payload.ts";

/** The files; a missing object is an error unless the source is optional. */
export function secretFiles(source: SecretProjection, object: Secret | undefined, mode: number): Payload {
  const { name, items, optional = false } = source;
  if (!object && !optional) throw new VolumeError(`secret "${name}" not found`);
  const values = new Map<string, Uint8Array>(
    Object.entries(object?.data ?? {}).map(([key, text]) => [key, Buffer.from(text, "base64")] as const),
  );
  const missing = (key: string): Error => new VolumeError(`references non-existent secret key: ${key}`);
  return keyFiles(values, { ...(items && { items }), mode, optional, missing });
}
