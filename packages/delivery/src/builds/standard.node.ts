// The settings of builds as the platform's own parts fit together: steps, packer, git server and registry.
import { gitPath } from "../git/git-path.ts";
import { BUILD_IMAGE } from "../images/platform-images.node.ts";
import { STATIC_TAG } from "../images/static-image.ts";
import { PACK_COMMAND, packArguments } from "../pack/arguments.ts";
import { STATIC_REPOSITORY } from "../registry/scope.ts";
import { PATHS } from "./pod.ts";
import { type BuildSettings, DEFAULT_SETTINGS } from "./settings.ts";
import { nodeSteps, readStepFiles } from "./step-files.node.ts";

export interface StandardBuilds {
  /** Address of the platform's git server as pods reach it, without a path, such as `https://10.244.0.1:7070`. */
  readonly git: string;
  /** Address and port of the registry as pods reach it. */
  readonly registry: string;
  /** PEM of the authority that both are checked with. */
  readonly clusterCa: string;
  /** The steps' programs where they cannot be read from beside the sources, as in a bundle. */
  readonly files?: Readonly<Record<string, string>>;
  /** Anything else that differs from the defaults. */
  readonly change?: Partial<BuildSettings>;
}

/** Puts the settings together. */
export async function standardBuilds({
  git,
  registry,
  clusterCa,
  files,
  change,
}: StandardBuilds): Promise<BuildSettings> {
  const pack = { source: PATHS.source, tokenFile: PATHS.tokenFile, ca: PATHS.clusterCa };
  return {
    ...DEFAULT_SETTINGS,
    steps: { ...nodeSteps(BUILD_IMAGE), pack: { image: BUILD_IMAGE, command: PACK_COMMAND } },
    files: files ?? (await readStepFiles()),
    cloneUrl: (namespace, site) => `${git}${gitPath({ namespace, name: site })}`,
    packArguments: packArguments({ ...pack, registry, base: { repository: STATIC_REPOSITORY, tag: STATIC_TAG } }),
    clusterCa,
    ...change,
  };
}
