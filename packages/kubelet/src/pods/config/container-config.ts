// One run of a container in the runtime's terms.
import type { Pod } from "@knots/api";
import type { ContainerConfig, Mount } from "../../cri/messages/container.ts";
import type { Variable } from "../../env/environment.ts";
import { expand } from "../../env/expand.ts";
import {
  CONTAINER_HASH,
  CONTAINER_NAME,
  POD_GRACE,
  podLabels,
  RESTART_COUNT,
  TERMINATION_LOG,
  TERMINATION_PATH,
  TERMINATION_POLICY,
} from "../../runtime/labels.ts";
import { graceOf } from "../plan-stop.ts";
import type { Declared } from "../view.ts";
import { containerResources } from "./resources.ts";
import { containerSecurity } from "./security.ts";
import type { NodeSettings } from "./settings.ts";

const DEFAULT_TERMINATION_PATH = "/dev/termination-log";

export interface ContainerInput {
  readonly pod: Pod;
  readonly container: Declared;
  readonly restartCount: number;
  /** Reference of the image that is present. */
  readonly imageRef: string;
  readonly variables: readonly Variable[];
  readonly mounts: readonly Mount[];
  /** Where on this machine the run leaves its last words. */
  readonly terminationLog: string;
  readonly settings: NodeSettings;
}

/** Path of the log below the pod's folder. */
export const logPath = (name: string, restartCount: number): string => `${name}/${restartCount}.log`;

function labelsOf({ pod, container, restartCount, terminationLog }: ContainerInput) {
  const { name, terminationMessagePath, terminationMessagePolicy } = container.spec;
  return {
    labels: { ...podLabels(pod.metadata), [CONTAINER_NAME]: name },
    annotations: {
      [CONTAINER_HASH]: container.hash,
      [RESTART_COUNT]: String(restartCount),
      [TERMINATION_PATH]: terminationMessagePath ?? DEFAULT_TERMINATION_PATH,
      [TERMINATION_POLICY]: terminationMessagePolicy ?? "File",
      [TERMINATION_LOG]: terminationLog,
      [POD_GRACE]: String(graceOf(pod)),
    },
  };
}

/** Declared mounts, then the file for last words unless something is mounted there. */
function mountsOf({ container, mounts, terminationLog }: ContainerInput): readonly Mount[] {
  const { terminationMessagePath = DEFAULT_TERMINATION_PATH } = container.spec;
  if (mounts.some(({ containerPath }) => containerPath === terminationMessagePath)) return mounts;
  return [...mounts, { containerPath: terminationMessagePath, hostPath: terminationLog }];
}

/** The configuration; `$(NAME)` in command and arguments is replaced from the environment. */
export function containerConfig(input: ContainerInput): ContainerConfig {
  const { pod, container, restartCount, imageRef, variables, settings } = input;
  const { spec } = container;
  const values = new Map(variables.map(({ name, value }) => [name, value]));
  const expanded = (texts: readonly string[] = []) => texts.map((text) => expand(text, (name) => values.get(name)));
  return {
    metadata: { name: spec.name, attempt: restartCount },
    image: { image: imageRef, userSpecifiedImage: spec.image ?? "" },
    command: expanded(spec.command),
    args: expanded(spec.args),
    workingDir: spec.workingDir ?? "",
    envs: variables.map(({ name, value }) => ({ key: name, value: Buffer.from(value).toString("base64") })),
    mounts: mountsOf(input),
    ...labelsOf(input),
    logPath: logPath(spec.name, restartCount),
    stdin: spec.stdin ?? false,
    stdinOnce: spec.stdinOnce ?? false,
    tty: spec.tty ?? false,
    linux: {
      resources: containerResources(pod, spec, settings),
      securityContext: containerSecurity(pod, spec),
    },
  };
}
