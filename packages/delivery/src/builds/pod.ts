// The pod of a build: clone with a token, build without any, pack with a token for one repository.
import type { Build, Container, Pod, PodSpec, Secret } from "@knots/api";
import { Build as BuildKind } from "@knots/api";
import { BUILD_LABEL, buildConfigName, buildPodName, ownerReference, SITE_LABEL } from "../sites/names.ts";
import { type BuildSettings, npmrc, type StepProgram, type StepResources } from "./settings.ts";

/** Short-lived tokens of one build. */
export interface BuildTokens {
  /** Reads the site's built-in repository; absent for outside ones. */
  readonly clone?: string;
  /** Pushes to the one image repository. */
  readonly push: string;
}

/** Where things are inside the pod. */
export const PATHS = {
  workspace: "/workspace",
  source: "/workspace/source",
  scratch: "/tmp",
  steps: "/knots/steps",
  npmrc: "/knots/steps/npmrc",
  npmCa: "/knots/steps/npm-ca.crt",
  clusterCa: "/knots/steps/cluster-ca.crt",
  token: "/knots/token",
  tokenFile: "/knots/token/token",
  login: "/knots/login",
} as const;

const NOBODY = 1000;
const LOGIN = "login";

/** Limits of the steps that run only our own programs. */
const SMALL: StepResources = {
  requests: { cpu: "50m", memory: "64Mi" },
  limits: { cpu: "1", memory: "512Mi", "ephemeral-storage": "6Gi" },
};

const CAGE = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  runAsUser: NOBODY,
  runAsGroup: NOBODY,
  capabilities: { drop: ["ALL"] },
} as const;

/** Limits of the untrusted step: the site's own where it names them. */
export function buildResources({ spec }: Build, settings: BuildSettings): StepResources {
  const own = spec.settings?.resources;
  return {
    requests: { ...settings.resources.requests, ...own?.requests },
    limits: { ...settings.resources.limits, ...own?.limits },
  };
}

export const timeoutOf = ({ spec }: Build): number => (spec.settings?.timeoutSeconds ?? 900) * 1000;

/** One argument, so that no value can be read as an option; nothing when there is no value. */
const option = (name: string, value: string | undefined): readonly string[] => (value ? [`${name}=${value}`] : []);

function proxies({ npm }: BuildSettings) {
  const pairs = [
    ["HTTP_PROXY", npm.proxy],
    ["HTTPS_PROXY", npm.httpsProxy],
    ["NO_PROXY", npm.noProxy],
  ] as const;
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

interface StepInput {
  readonly name: string;
  readonly program: StepProgram;
  readonly args: readonly string[];
  readonly scratch: string;
  readonly resources: StepResources;
  readonly env?: NonNullable<Container["env"]>;
  readonly mounts?: NonNullable<Container["volumeMounts"]>;
}

function step({ name, program, args, scratch, resources, env = [], mounts = [] }: StepInput): Container {
  return {
    name,
    image: program.image,
    imagePullPolicy: "IfNotPresent",
    command: program.command,
    args,
    workingDir: "/",
    env: [{ name: "HOME", value: PATHS.scratch }, { name: "TMPDIR", value: PATHS.scratch }, ...env],
    resources,
    securityContext: CAGE,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      { name: "workspace", mountPath: PATHS.workspace },
      { name: scratch, mountPath: PATHS.scratch },
      { name: "steps", mountPath: PATHS.steps, readOnly: true },
      ...mounts,
    ],
  };
}

const tokenMount = { mountPath: PATHS.token, readOnly: true } as const;

/** git asks nobody, runs no helpers and speaks only to networks. */
const GIT_ENV = [
  { name: "GIT_TERMINAL_PROMPT", value: "0" },
  { name: "GIT_ALLOW_PROTOCOL", value: "https:http" },
  { name: "GIT_CONFIG_NOSYSTEM", value: "1" },
  { name: "LC_ALL", value: "C.UTF-8" },
];

function cloneStep(build: Build, settings: BuildSettings): Container {
  const { repository, commit, branch, site } = build.spec;
  const builtIn = !repository?.url;
  const url = repository?.url || settings.cloneUrl(build.metadata.namespace, site);
  const login = repository?.secretName !== undefined;
  return step({
    name: "clone",
    program: settings.steps.clone,
    args: [
      ...option("--url", url),
      ...option("--commit", commit),
      ...option("--into", PATHS.source),
      ...option("--branch", branch),
      ...option("--token", builtIn ? PATHS.tokenFile : undefined),
      ...option("--login", login ? PATHS.login : undefined),
      ...option("--ca", builtIn && settings.clusterCa !== undefined ? PATHS.clusterCa : undefined),
    ],
    scratch: "clone-scratch",
    resources: SMALL,
    env: [...GIT_ENV, ...(builtIn ? [] : proxies(settings))],
    mounts: [
      ...(builtIn ? [{ ...tokenMount, name: "clone-token" }] : []),
      ...(login ? [{ name: LOGIN, mountPath: PATHS.login, readOnly: true }] : []),
    ],
  });
}

function buildStep(build: Build, settings: BuildSettings): Container {
  const { directory, command, env = [] } = build.spec.settings ?? {};
  const { ca } = settings.npm;
  return step({
    name: "build",
    program: settings.steps.build,
    args: [
      ...option("--source", PATHS.source),
      ...option("--directory", directory),
      ...option("--command", command),
      ...env.flatMap(({ name, valueFrom }) => (valueFrom?.secretKeyRef ? option("--secret-env", name) : [])),
    ],
    scratch: "build-scratch",
    resources: buildResources(build, settings),
    env: [
      { name: "CI", value: "true" },
      { name: "NPM_CONFIG_USERCONFIG", value: PATHS.npmrc },
      { name: "NPM_CONFIG_CACHE", value: `${PATHS.scratch}/npm` },
      ...(ca === undefined ? [] : [{ name: "NODE_EXTRA_CA_CERTS", value: PATHS.npmCa }]),
      ...proxies(settings),
      ...env,
    ],
  });
}

function packStep(build: Build, settings: BuildSettings): Container {
  return step({
    name: "pack",
    program: settings.steps.pack,
    args: settings.packArguments(build),
    scratch: "pack-scratch",
    resources: SMALL,
    env: settings.clusterCa === undefined ? [] : [{ name: "NODE_EXTRA_CA_CERTS", value: PATHS.clusterCa }],
    mounts: [{ ...tokenMount, name: "push-token" }],
  });
}

/** One of the tokens as the file `token`. */
const tokenVolume = (build: Build, key: "clone" | "push") => ({
  name: `${key}-token`,
  secret: { secretName: buildPodName(build.metadata.name), items: [{ key, path: "token" }], defaultMode: 0o440 },
});

function volumes(build: Build, settings: BuildSettings): NonNullable<PodSpec["volumes"]> {
  const { repository, site } = build.spec;
  const secretName = repository?.secretName;
  const sizeLimit = buildResources(build, settings).limits["ephemeral-storage"] ?? settings.workspaceLimit;
  return [
    { name: "workspace", emptyDir: { sizeLimit } },
    // One each: what the untrusted step leaves there is seen by no other, and no login is left for it.
    { name: "clone-scratch", emptyDir: { sizeLimit: "64Mi" } },
    { name: "build-scratch", emptyDir: { sizeLimit } },
    { name: "pack-scratch", emptyDir: { sizeLimit: settings.workspaceLimit } },
    { name: "steps", configMap: { name: buildConfigName(site) } },
    ...(repository?.url ? [] : [tokenVolume(build, "clone")]),
    tokenVolume(build, "push"),
    ...(secretName === undefined ? [] : [{ name: LOGIN, secret: { secretName, defaultMode: 0o440, optional: true } }]),
  ];
}

function metaOf(build: Build) {
  return {
    name: buildPodName(build.metadata.name),
    namespace: build.metadata.namespace,
    labels: { [BUILD_LABEL]: build.metadata.name, "app.kubernetes.io/managed-by": "knots" },
    annotations: { [SITE_LABEL]: build.spec.site },
    ownerReferences: [ownerReference(BuildKind, build)],
  };
}

/** The tokens as an object that goes with the build; only the containers that need one mount it. */
export function tokenSecret(build: Build, tokens: BuildTokens): Omit<Secret, "metadata"> & { metadata: object } {
  const { clone, push } = tokens;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: metaOf(build),
    type: "Opaque",
    stringData: { push, ...(clone !== undefined && { clone }) },
  };
}

/** The pod. Its deadline only catches what the controller, when it does not run, cannot. */
export function buildPod(build: Build, settings: BuildSettings): Omit<Pod, "metadata"> & { metadata: object } {
  const { nodeSelector, priorityClassName } = settings;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: metaOf(build),
    spec: {
      restartPolicy: "Never",
      activeDeadlineSeconds: Math.ceil(timeoutOf(build) / 1000) + 60,
      terminationGracePeriodSeconds: 5,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: {
        runAsNonRoot: true,
        runAsUser: NOBODY,
        runAsGroup: NOBODY,
        fsGroup: NOBODY,
        seccompProfile: { type: "RuntimeDefault" },
      },
      ...(nodeSelector && { nodeSelector }),
      ...(priorityClassName !== undefined && { priorityClassName }),
      initContainers: [cloneStep(build, settings), buildStep(build, settings)],
      containers: [packStep(build, settings)],
      volumes: volumes(build, settings),
    },
  };
}

/** Content of the ConfigMap that every build of the site mounts. */
export function buildConfig(settings: BuildSettings): Readonly<Record<string, string>> {
  const { files, npm, clusterCa } = settings;
  return {
    ...files,
    npmrc: npmrcOf(settings),
    ...(npm.ca !== undefined && { "npm-ca.crt": npm.ca }),
    ...(clusterCa !== undefined && { "cluster-ca.crt": clusterCa }),
  };
}

const npmrcOf = ({ npm }: BuildSettings): string => npmrc(npm, PATHS.npmCa);
