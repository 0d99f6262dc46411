// Kinds that only appear as bodies of subresources: known to documents, not served as resources.
import type { AnyKind } from "@knots/machinery";

const BODIES = new Set(["autoscaling/Scale", "policy/Eviction", "authentication.k8s.io/TokenRequest"]);

/** Whether a kind has no resource of its own. */
export const isBodyOnly = ({ group, kind }: AnyKind): boolean => BODIES.has(`${group}/${kind}`);
