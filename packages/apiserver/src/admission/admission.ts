// Admission: plugins in one fixed order that may change an object before it is validated, or refuse the request.
import type { AnyKind } from "@knots/machinery";
import type { RequestContext } from "../context.ts";
import type { AnyObject } from "../registry/objects.ts";

export type Operation = "CREATE" | "UPDATE" | "DELETE" | "CONNECT";

/** What a plugin sees of a request. */
export interface Attributes {
  readonly operation: Operation;
  readonly kind: AnyKind;
  readonly subresource?: string | undefined;
  readonly namespace?: string | undefined;
  readonly name: string;
  /** Absent on DELETE. For subresources with a kind of their own, that body. */
  readonly object?: AnyObject | undefined;
  /** Absent on CREATE. */
  readonly old?: AnyObject | undefined;
  readonly context: RequestContext;
}

/** One plugin. Throws an `ApiError` to refuse. */
export interface AdmissionPlugin {
  readonly name: string;
  /** Changes the object (CREATE and UPDATE). */
  readonly mutate?: (attributes: Attributes, object: AnyObject) => Promise<AnyObject> | AnyObject;
  readonly validate?: (attributes: Attributes) => Promise<void> | void;
}

/** The chain of plugins. */
export interface Admission {
  mutate(attributes: Attributes): Promise<AnyObject>;
  validate(attributes: Attributes): Promise<void>;
}

/** Runs `plugins` in order. */
export function createAdmission(plugins: readonly AdmissionPlugin[]): Admission {
  return {
    async mutate(attributes) {
      let object = attributes.object as AnyObject;
      for (const plugin of plugins) {
        if (plugin.mutate) object = await plugin.mutate({ ...attributes, object }, object);
      }
      return object;
    },
    async validate(attributes) {
      for (const plugin of plugins) await plugin.validate?.(attributes);
    },
  };
}
