// What the chain answers: an object, a list or a Status, with the code that HTTP shows.
import type { KubeObject, ListMeta, Status } from "@knots/machinery";

/** A list of objects; items are frozen and may have their bytes ready. */
export interface ListObject extends KubeObject {
  readonly metadata: ListMeta;
  readonly items: readonly KubeObject[];
}

export interface Answer {
  readonly code: number;
  readonly body: KubeObject | Status;
}

export const ok = (body: KubeObject | Status): Answer => ({ code: 200, body });
export const created = (body: KubeObject): Answer => ({ code: 201, body });

/** Whether a body is a list. */
export const isList = (body: object): body is ListObject => Array.isArray((body as { items?: unknown }).items);
