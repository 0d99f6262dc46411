// What the platform's owner sets for all builds: images, programs, limits and the way to npm.
import type { Build } from "@knots/api";

/** Resources of one step, as quantities. */
export interface StepResources {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

/** How builds reach npm and the outside. */
export interface NpmSettings {
  readonly registry?: string;
  readonly proxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
  /** PEM of further authorities, for a registry or proxy with a certificate of one's own. */
  readonly ca?: string;
}

/** A program that is given as text and mounted into the pod, or stands in the image. */
export interface StepProgram {
  readonly image: string;
  /** Program and first arguments. */
  readonly command: readonly string[];
}

/** What the plan of a build's pod reads. */
export interface BuildSettings {
  readonly steps: { readonly clone: StepProgram; readonly build: StepProgram; readonly pack: StepProgram };
  /** Version of Node.js in the build image. */
  readonly nodeVersion: string;
  /** Files for the pods by name, mounted at `/knots/steps`. */
  readonly files: Readonly<Record<string, string>>;
  /** Where the repository that comes with a site is cloned from, inside the cluster. */
  readonly cloneUrl: (namespace: string, site: string) => string;
  /** Arguments of the packer for a build, besides the token file. */
  readonly packArguments: (build: Build) => readonly string[];
  readonly npm: NpmSettings;
  readonly resources: StepResources;
  /** Most that the checked-out source with its dependencies and pages may take. */
  readonly workspaceLimit: string;
  /** PEM with which the steps check the git server and the registry of the platform. */
  readonly clusterCa?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly priorityClassName?: string;
  /** Milliseconds for which the pod of an ended build stays, so that its log can be read. */
  readonly keepPods: number;
  /** How many builds may run at once on the whole platform. */
  readonly concurrency: number;
  /** No build begins when the disk has fewer bytes free. */
  readonly minFreeBytes: number;
}

export const NODE_BUILD_IMAGE = "registry.knots.internal/knots/node-build:1";
const CPU = "2";
const MEMORY = "2Gi";
const STORAGE = "6Gi";

/** Settings that have a good default. */
export const DEFAULT_SETTINGS = {
  nodeVersion: "26",
  npm: {},
  resources: {
    requests: { cpu: "100m", memory: "256Mi" },
    limits: { cpu: CPU, memory: MEMORY, "ephemeral-storage": STORAGE },
  },
  workspaceLimit: STORAGE,
  keepPods: 600_000,
  concurrency: 2,
  minFreeBytes: 2 * 1024 ** 3,
} as const satisfies Partial<BuildSettings>;

/** The user's npm configuration, one `name=value` a line. */
export function npmrc({ registry, proxy, httpsProxy, noProxy, ca }: NpmSettings, caPath: string): string {
  const lines = [
    ["registry", registry],
    ["proxy", proxy],
    ["https-proxy", httpsProxy],
    ["noproxy", noProxy],
    ["cafile", ca === undefined ? undefined : caPath],
    ["audit", "false"],
    ["fund", "false"],
    ["update-notifier", "false"],
  ].flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value.replace(/\s/g, "")}`]));
  return `${lines.join("\n")}\n`;
}
