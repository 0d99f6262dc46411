// Names under which pods are found again at the runtime: upstream's labels and annotations, read and written.

export const POD_NAME = "io.kubernetes.pod.name";
export const POD_NAMESPACE = "io.kubernetes.pod.namespace";
export const POD_UID = "io.kubernetes.pod.uid";
export const CONTAINER_NAME = "io.kubernetes.container.name";
export const CONTAINER_HASH = "io.kubernetes.container.hash";
export const RESTART_COUNT = "io.kubernetes.container.restartCount";
export const TERMINATION_PATH = "io.kubernetes.container.terminationMessagePath";
export const TERMINATION_POLICY = "io.kubernetes.container.terminationMessagePolicy";
/** Where on this machine the termination message is written. */
export const TERMINATION_LOG = "knots.dev/termination-log";
export const POD_GRACE = "io.kubernetes.pod.terminationGracePeriod";

export type Texts = Readonly<Record<string, string>>;

/** Who a pod is. */
export interface PodIdentity {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
}

export const podLabels = ({ name, namespace, uid }: PodIdentity): Texts => ({
  [POD_NAME]: name,
  [POD_NAMESPACE]: namespace,
  [POD_UID]: uid,
});

/** Who the labels belong to; undefined when it is no pod of a kubelet. */
export function podOfLabels(labels: Texts = {}): PodIdentity | undefined {
  const { [POD_UID]: uid, [POD_NAME]: name, [POD_NAMESPACE]: namespace } = labels;
  return uid && name && namespace ? { uid, name, namespace } : undefined;
}
