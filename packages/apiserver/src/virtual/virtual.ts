// Kinds that are answered and never stored: reviews, and what is worked out on reading.
import type { ApiRequest } from "@knots/client";
import type { AnyKind, KubeObject } from "@knots/machinery";
import type { RequestContext } from "../context.ts";

/** One POST of a virtual kind. */
export interface VirtualCall {
  readonly kind: AnyKind;
  readonly request: ApiRequest;
  readonly body: KubeObject;
  readonly context: RequestContext;
}

/** Kinds that are worked out when they are read: all objects of each, by `<group>/<plural>`. */
export type ComputedKinds = Readonly<Record<string, () => Promise<readonly KubeObject[]>>>;

/** Answers by `<group>/<plural>`. */
export type VirtualKinds = Readonly<Record<string, (call: VirtualCall) => Promise<KubeObject> | KubeObject>>;
