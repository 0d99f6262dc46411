// Files from several sources in one volume; of two files at one path the later wins.
import type { Pod, ProjectedVolumeSource, ServiceAccountTokenProjection, VolumeProjection } from "@knots/api";
import { configMapFiles } from "./config-map.ts";
import { downwardFiles, type PodFacts } from "./downward-api.ts";
import { VolumeError } from "./error.ts";
import type { VolumeObjects } from "./objects.ts";
import { DEFAULT_MODE, type Payload, type PayloadFile, textBytes } from "./payload.ts";
import { secretFiles } from "./secret.ts";

/** A token of the pod's service account that is valid now. */
export type TokenOf = (pod: Pod, source: ServiceAccountTokenProjection) => Promise<string>;

export interface ProjectionInput {
  readonly facts: PodFacts;
  readonly objects: VolumeObjects;
  readonly token: TokenOf;
}

/** The user that all containers run as, if they agree: it owns the token files. */
export function commonUser({ spec }: Pod): number | undefined {
  const own = spec?.securityContext?.runAsUser;
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const users = new Set(containers.map(({ securityContext }) => securityContext?.runAsUser ?? own));
  return users.size === 1 ? [...users][0] : undefined;
}

async function tokenFile(
  input: ProjectionInput,
  source: ServiceAccountTokenProjection,
  mode: number,
): Promise<Payload> {
  const { pod } = input.facts;
  const uid = commonUser(pod);
  const guarded = uid !== undefined || pod.spec?.securityContext?.fsGroup !== undefined;
  const file: PayloadFile = {
    bytes: textBytes(await input.token(pod, source)),
    mode: guarded ? 0o600 : mode,
    ...(uid !== undefined && { uid }),
  };
  return new Map([[source.path, file]]);
}

async function sourceFiles(input: ProjectionInput, source: VolumeProjection, mode: number): Promise<Payload> {
  const { configMap, secret, downwardAPI, serviceAccountToken } = source;
  const { namespace } = input.facts.pod.metadata;
  if (configMap) return configMapFiles(configMap, await input.objects.configMap(namespace, configMap.name ?? ""), mode);
  if (secret) return secretFiles(secret, await input.objects.secret(namespace, secret.name ?? ""), mode);
  if (downwardAPI) return downwardFiles(input.facts, downwardAPI.items ?? [], mode);
  if (serviceAccountToken) return tokenFile(input, serviceAccountToken, mode);
  const name = Object.keys(source)[0] ?? "nothing";
  throw new VolumeError(`projection of ${name} is not supported by this node`);
}

export async function projectedFiles(input: ProjectionInput, source: ProjectedVolumeSource): Promise<Payload> {
  const mode = source.defaultMode ?? DEFAULT_MODE;
  const files = new Map<string, PayloadFile>();
  for (const each of source.sources ?? [])
    for (const [path, file] of await sourceFiles(input, each, mode)) files.set(path, file);
  return files;
}
