// Which ConfigMaps and Secrets a pod refers to: the only ones that its node reads.
import type { Container, Pod, Volume } from "@knots/api";

/** Names in the pod's namespace, each once. */
export interface References {
  readonly configMaps: ReadonlySet<string>;
  readonly secrets: ReadonlySet<string>;
}

type Names = readonly (string | undefined)[];
interface Found {
  readonly configMaps: Names;
  readonly secrets: Names;
}

function ofContainer({ env = [], envFrom = [] }: Pick<Container, "env" | "envFrom">): Found {
  return {
    configMaps: [
      ...env.map(({ valueFrom }) => valueFrom?.configMapKeyRef?.name),
      ...envFrom.map(({ configMapRef }) => configMapRef?.name),
    ],
    secrets: [
      ...env.map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
      ...envFrom.map(({ secretRef }) => secretRef?.name),
    ],
  };
}

function ofVolume({ configMap, secret, projected }: Volume): Found {
  const sources = projected?.sources ?? [];
  return {
    configMaps: [configMap?.name, ...sources.map((source) => source.configMap?.name)],
    secrets: [secret?.secretName, ...sources.map((source) => source.secret?.name)],
  };
}

const present = (names: Names): ReadonlySet<string> =>
  new Set(names.filter((name): name is string => name !== undefined && name !== ""));

/** Everything that containers and volumes refer to, and the logins for registries. */
export function referencesOf(pod: Pod): References {
  const { containers, initContainers = [], ephemeralContainers = [], volumes = [] } = pod.spec ?? { containers: [] };
  const found = [
    ...[...initContainers, ...containers, ...ephemeralContainers].map(ofContainer),
    ...volumes.map(ofVolume),
    { configMaps: [], secrets: (pod.spec?.imagePullSecrets ?? []).map(({ name }) => name) },
  ];
  return {
    configMaps: present(found.flatMap(({ configMaps }) => configMaps)),
    secrets: present(found.flatMap(({ secrets }) => secrets)),
  };
}
