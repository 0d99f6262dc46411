// A world with the delivery platform in virtual time: real controllers, a scripted build machine, simulated serving pods.
import { Build, builtinKinds, Deployment, Pod, Release, Site } from "@knots/api";
import type { Client, Informers, RunningController } from "@knots/client";
import { deploymentController, replicaSetController, runLoops } from "@knots/controllers";
import {
  BUILD_LABEL,
  type BuildSettings,
  createPushRecorder,
  DEFAULT_SERVING,
  DEFAULT_SETTINGS,
  type DeliveryOptions,
  deliveryControllers,
  type ImageStore,
  type LookAtHead,
  type RecordPush,
  runDeliveryLoops,
} from "@knots/delivery";
import type { Behaviour } from "@knots/simulation";
import { type Clock, formatTime, type VirtualClock } from "@knots/std";
import { startWorld, type World } from "./world.ts";

const program = (name: string) => ({ image: "registry.knots.internal/knots/node-build:1", command: ["node", name] });

/** Settings of builds as tests use them; build pods are kept away from the simulated nodes. */
export const testSettings: BuildSettings = {
  ...DEFAULT_SETTINGS,
  steps: { clone: program("clone.node.ts"), build: program("build.node.ts"), pack: program("pack.node.ts") },
  files: { "clone.node.ts": "", "build.node.ts": "" },
  cloneUrl: (namespace, site) => `https://git.test/git/${namespace}/${site}.git`,
  packArguments: ({ spec }) => ["--tag", spec.commit],
  nodeSelector: { "knots.dev/builds": "true" },
};

/** The commit with this one digit. */
export const commit = (digit: string): string => digit.repeat(40);
/** The digest that the scripted machine makes of a commit. */
export const digestOf = (hash: string): string => `sha256:${hash[0]?.repeat(64)}`;

/** How one step of a scripted build ends. */
export interface StepScript {
  readonly milliseconds: number;
  readonly exitCode?: number;
  readonly reason?: string;
  readonly message?: string;
}
/** The three steps of a build; a step that fails is the last one. Undefined means that the pod hangs. */
export type BuildScript = (build: Build) => Readonly<Record<"clone" | "build" | "pack", StepScript>> | undefined;

const good: BuildScript = ({ spec }) => ({
  clone: { milliseconds: 500 },
  build: { milliseconds: 3000 },
  pack: {
    milliseconds: 700,
    message: JSON.stringify({ digest: digestOf(spec.commit), bytes: 4096, outputDirectory: "dist" }),
  },
});

export interface PlatformOptions {
  readonly builds?: Partial<BuildSettings>;
  readonly script?: BuildScript;
  readonly behaviour?: Behaviour;
  readonly disk?: DeliveryOptions["disk"];
  readonly lookAtHead?: LookAtHead;
  readonly images?: ImageStore;
}
export interface Platform {
  readonly world: World;
  readonly client: Client;
  readonly clock: VirtualClock;
  readonly push: RecordPush;
  /** Pushes a commit to the branch main of a site in `default`. */
  readonly pushTo: (site: string, hash: string) => ReturnType<RecordPush>;
  readonly createSite: (name: string, spec?: Partial<Site["spec"]>) => Promise<Site>;
  readonly site: (name: string) => Promise<Site>;
  readonly build: (name: string) => Promise<Build>;
  readonly release: (name: string) => Promise<Release>;
  readonly deployment: (name: string) => Promise<Deployment | undefined>;
  /** Image that the site's Deployment shows. */
  readonly image: (name: string) => Promise<string | undefined>;
  readonly serves: (site: string, release: string) => () => Promise<boolean>;
  readonly phase: (build: string, phase: string) => () => Promise<boolean>;
  readonly close: () => Promise<void>;
}

/** Plays the kubelet of build pods. */
export function runBuildMachine(
  { client, clock, informers }: { readonly client: Client; readonly clock: Clock; readonly informers: Informers },
  script: BuildScript,
): () => void {
  const write = async (pod: Pod, status: object): Promise<void> => {
    const { namespace, name } = pod.metadata;
    if (!(await client.find(Pod, { namespace, name }))) return;
    await client.patch(
      Pod,
      pod.metadata,
      { type: "application/merge-patch+json", body: { status } as never },
      { subresource: "status" },
    );
  };
  const play = async (pod: Pod): Promise<void> => {
    const build = await client.find(Build, { namespace: "default", name: pod.metadata.labels?.[BUILD_LABEL] ?? "" });
    const steps = build && script(build);
    if (!steps) return;
    const names = ["clone", "build", "pack"] as const;
    const failing = names.find((name) => (steps[name].exitCode ?? 0) !== 0);
    const run = failing ? names.slice(0, names.indexOf(failing) + 1) : names;
    const statuses: object[] = [];
    let delay = 0;
    for (const name of run) {
      const { milliseconds, exitCode = 0, reason = "", message = "" } = steps[name];
      delay += milliseconds;
      clock.setTimer(delay, () => {
        const finishedAt = formatTime(clock.now());
        const base = { name, ready: false, restartCount: 0, image: "", imageID: "" };
        statuses.push({ ...base, state: { terminated: { exitCode, reason, message, finishedAt } } });
        const initContainerStatuses = statuses.slice(0, 2);
        const last = name === run.at(-1);
        const phase = !last ? "Pending" : failing ? "Failed" : "Succeeded";
        void write(pod, { phase, initContainerStatuses, containerStatuses: statuses.slice(2) });
      });
    }
  };
  return informers.informer(Pod).subscribe({
    added: (pod) => void (pod.metadata.labels?.[BUILD_LABEL] !== undefined && play(pod)),
  });
}

/** Starts the platform. */
export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const settings: BuildSettings = { ...testSettings, ...options.builds };
  const disk = options.disk ?? (() => ({ totalBytes: 100 * 1024 ** 3, freeBytes: 50 * 1024 ** 3 }));
  const delivery: DeliveryOptions = {
    builds: settings,
    serving: DEFAULT_SERVING,
    tokens: ({ metadata }) => ({ clone: `clone-${metadata.name}`, push: `push-${metadata.name}` }),
    urlOf: (domain) => `http://${domain}`,
    pushUrlOf: (namespace, name) => `https://git.test/git/${namespace}/${name}.git`,
    disk,
  };
  const world = await startWorld({
    seed: 7,
    nodes: 2,
    behaviour: options.behaviour ?? (() => ({ startAfter: 200, readyAfter: 300, stopAfter: 100 })),
    controllers: () => [deploymentController, replicaSetController, ...deliveryControllers(delivery)],
    loops: (outside): readonly RunningController[] => [
      ...runLoops({ ...outside, kinds: () => builtinKinds }),
      ...runDeliveryLoops({
        ...outside,
        disk,
        lookAtHead: options.lookAtHead ?? (async () => ({ found: "nothing" })),
        ...(options.images && { images: options.images }),
      }),
    ],
  });
  const end = runBuildMachine(world, options.script ?? good);
  return platformOf(world, end);
}

function platformOf(world: World, end: () => void): Platform {
  const { client, clock } = world;
  const at = (name: string) => ({ namespace: "default", name });
  const push = createPushRecorder(client);
  const platform: Platform = {
    world,
    client,
    clock,
    push,
    pushTo: (site, hash) =>
      push({ site: at(site), commit: hash, branch: "main", before: commit("0"), receivedAt: clock.now() }),
    createSite: (name, spec = {}) =>
      client.create(Site, {
        metadata: at(name),
        spec: { domains: [`${name}.localhost`], branch: "main", replicas: 1, repository: {}, build: {}, ...spec },
      }),
    site: (name) => client.get(Site, at(name)),
    build: (name) => client.get(Build, at(name)),
    release: (name) => client.get(Release, at(name)),
    deployment: (name) => client.find(Deployment, at(name)),
    image: async (name) => (await platform.deployment(name))?.spec?.template.spec?.containers[0]?.image,
    serves: (site, release) => async () => {
      const { status } = await platform.site(site);
      const ready = status?.conditions?.find(({ type }) => type === "Ready");
      return status?.active?.name === release && ready?.status === "True";
    },
    phase: (build, phase) => async () => (await client.find(Build, at(build)))?.status?.phase === phase,
    async close() {
      end();
      await world.close();
    },
  };
  return platform;
}

export { good as goodScript };
