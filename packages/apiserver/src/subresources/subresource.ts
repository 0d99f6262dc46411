// What a subresource answers to which verb: a value per subresource.
import type { ApiRequest } from "@knots/client";
import type { Answer } from "../chain/answer.ts";
import type { RequestContext } from "../context.ts";
import type { Registries } from "../registry/registries.ts";
import type { Registry } from "../registry/registry.ts";
import type { UpdateScope } from "../registry/update-scope.ts";

/** One call of a subresource. */
export interface SubresourceCall {
  /** Of the kind that the subresource belongs to. */
  readonly registry: Registry;
  readonly registries: Registries;
  readonly request: ApiRequest;
  readonly context: RequestContext;
}

/** A subresource: either a view through which parts of the object are written, or handlers of its own. */
export type Subresource =
  | { readonly scope: UpdateScope }
  | { readonly verbs: Readonly<Partial<Record<ApiRequest["verb"], (call: SubresourceCall) => Promise<Answer>>>> };

/** Subresources by `<group>/<plural>/<name>`. */
export type Subresources = Readonly<Record<string, Subresource>>;
