// The packer's arguments for a build.
import type { Build } from "@knots/api";
import { repositoryOfSite } from "../registry/scope.ts";

/** The program in the build image; its arguments follow. */
export const PACK_COMMAND: readonly string[] = ["node", "/opt/knots/pack.mjs"];
/** Where the program is in the image; no leading slash. */
export const PACK_PATH = "opt/knots/pack.mjs";

export interface PackSettings {
  /** Registry's address and port, as pods reach it. */
  readonly registry: string;
  /** Base image: repository and tag in that registry. */
  readonly base: { readonly repository: string; readonly tag: string };
  /** Folder with the checked-out source. */
  readonly source: string;
  /** File with the token for the site's repository. */
  readonly tokenFile: string;
  /** File with the cluster's authority; not needed where NODE_EXTRA_CA_CERTS names it. */
  readonly ca?: string;
}

/** For the build controller. Values go as `--name=value`, so that none can be read as an option. */
export const packArguments =
  ({ registry, base, source, tokenFile, ca }: PackSettings) =>
  ({ metadata, spec }: Build): readonly string[] => {
    const { directory = "", outputDirectory = "" } = spec.settings ?? {};
    return [
      `--source=${directory === "" ? source : `${source}/${directory}`}`,
      `--output=${outputDirectory}`,
      `--registry=${registry}`,
      ...(ca === undefined ? [] : [`--ca=${ca}`]),
      `--token-file=${tokenFile}`,
      `--repository=${repositoryOfSite({ namespace: metadata.namespace, name: spec.site })}`,
      `--tag=${spec.commit}`,
      `--base-repository=${base.repository}`,
      `--base-tag=${base.tag}`,
      `--label=org.opencontainers.image.revision=${spec.commit}`,
      `--label=knots.dev/site=${metadata.namespace}/${spec.site}`,
    ];
  };
