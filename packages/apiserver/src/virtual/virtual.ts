// Kinds that are answered and never stored: reviews.
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

/** Answers by `<group>/<plural>`. */
export type VirtualKinds = Readonly<Record<string, (call: VirtualCall) => Promise<KubeObject> | KubeObject>>;
