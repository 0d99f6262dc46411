// The kinds of volumes that this node can make: one entry each.
import { chmod, mkdir } from "node:fs/promises";
import type { Volume } from "@knots/api";
import { writePayload } from "./atomic-writer.node.ts";
import { configMapFiles } from "./config-map.ts";
import { downwardFiles } from "./downward-api.ts";
import { makeEmptyDir } from "./empty-dir.node.ts";
import { VolumeError } from "./error.ts";
import { checkHostPath } from "./host-path.node.ts";
import { DEFAULT_MODE, type Payload } from "./payload.ts";
import { type ProjectionInput, projectedFiles } from "./projected.ts";
import { secretFiles } from "./secret.ts";
import { ensureTmpfs } from "./tmpfs.node.ts";

/** What volumes of one pod are made from. */
export interface VolumeContext extends ProjectionInput {
  /** Wall clock (milliseconds). */
  readonly now: number;
}

/** A kind of volume; `source` is the field of the volume that chooses it. */
interface VolumeKind {
  readonly source: keyof Volume;
  /** Name in the path of the volume on the node. */
  readonly plugin: string;
  /** Makes the volume at the path, or brings it up to date; answers where it really is. */
  make(context: VolumeContext, volume: Volume, path: string): Promise<string>;
  /** Whether its files follow objects of the API. */
  readonly live: boolean;
}

const FOLDER_MODE = 0o755;
const groupOf = ({ facts }: VolumeContext): number | undefined => facts.pod.spec?.securityContext?.fsGroup;

type FilesOf = (context: VolumeContext, volume: Volume) => Payload | Promise<Payload>;

/** A volume whose files are computed; confidential ones never touch a disk. */
function computed(source: keyof Volume, medium: "disk" | "memory", filesOf: FilesOf): VolumeKind {
  return {
    source,
    plugin: source === "configMap" ? "configmap" : source === "downwardAPI" ? "downward-api" : source,
    live: true,
    async make(context, volume, path) {
      const files = await filesOf(context, volume);
      if (medium === "memory") await ensureTmpfs(path, { mode: FOLDER_MODE });
      else await mkdir(path, { recursive: true, mode: 0o750 });
      await chmod(path, FOLDER_MODE);
      const group = groupOf(context);
      await writePayload(path, files, { now: context.now, ...(group !== undefined && { group }) });
      return path;
    },
  };
}

const KINDS: readonly VolumeKind[] = [
  {
    source: "emptyDir",
    plugin: "empty-dir",
    live: false,
    async make(context, { emptyDir }, path) {
      await makeEmptyDir(path, emptyDir ?? {}, groupOf(context));
      return path;
    },
  },
  {
    source: "hostPath",
    plugin: "host-path",
    live: false,
    async make(_context, { hostPath }) {
      if (!hostPath) throw new VolumeError("no path");
      await checkHostPath(hostPath);
      return hostPath.path;
    },
  },
  computed("configMap", "disk", async ({ facts, objects }, { configMap = {} }) =>
    configMapFiles(
      configMap,
      await objects.configMap(facts.pod.metadata.namespace, configMap.name ?? ""),
      configMap.defaultMode ?? DEFAULT_MODE,
    ),
  ),
  computed("secret", "memory", async ({ facts, objects }, { secret = {} }) => {
    const { secretName: name = "", defaultMode = DEFAULT_MODE, items, optional } = secret;
    const source = { name, ...(items && { items }), ...(optional !== undefined && { optional }) };
    return secretFiles(source, await objects.secret(facts.pod.metadata.namespace, name), defaultMode);
  }),
  computed("downwardAPI", "memory", ({ facts }, { downwardAPI = {} }) =>
    downwardFiles(facts, downwardAPI.items ?? [], downwardAPI.defaultMode ?? DEFAULT_MODE),
  ),
  computed("projected", "memory", (context, { projected = {} }) => projectedFiles(context, projected)),
];

/** The kind of a volume; one without any source is an empty directory. Throws VolumeError for kinds that this node cannot make. */
export function volumeKind(volume: Volume): VolumeKind {
  const source = Object.keys(volume).find((key) => key !== "name") ?? "emptyDir";
  const found = KINDS.find((kind) => kind.source === source);
  if (!found)
    throw new VolumeError(
      `failed to get Plugin from volumeSpec for volume "${volume.name}" err=no volume plugin matched`,
    );
  return found;
}
