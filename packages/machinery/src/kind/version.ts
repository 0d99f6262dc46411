// A further served version of a kind: its own structure, translated to and from the hub that is stored.
import type { AnyField, Check, FieldsType } from "../schema/schema.ts";
import { type Column, type Kind, type KubeObject, kind, type Scope } from "./kind.ts";

type Fields = Readonly<Record<string, AnyField>>;
/** An object on its way between versions. */
export type Versioned<T> = KubeObject & T;

/** What a version says beyond its hub; names, verbs, columns and subresources are the hub's. */
export interface VersionOptions<F extends Fields, H> {
  /** The hub's own when absent. */
  readonly group?: string;
  readonly version: string;
  readonly doc?: string;
  /** OpenAPI name of the object. */
  readonly definition: string;
  readonly fields: F;
  /** Rules of writes through this version, beside those of the hub. */
  readonly checks?: readonly Check<Versioned<FieldsType<F>>>[];
  /** Field selectors: the name in this version, and the hub's; the hub's names when absent. */
  readonly selectable?: Readonly<Record<string, string>>;
  readonly toHub: (object: Versioned<FieldsType<F>>) => Versioned<H>;
  readonly fromHub: (object: Versioned<H>) => Versioned<FieldsType<F>>;
}

/** The same answer for the same (immutable) object, worked out once. */
function remembered<A extends object, B>(work: (value: A) => B): (value: A) => B {
  const answers = new WeakMap<A, { readonly answer: B }>();
  return (value) => {
    const known = answers.get(value) ?? { answer: work(value) };
    answers.set(value, known);
    return known.answer;
  };
}

/** The hub's columns for objects of the version. */
function translated<T>(columns: readonly Column[], toHub: (object: T & object) => object): readonly Column[] {
  const hubOf = remembered(toHub);
  return columns.map((column) => ({ ...column, cell: (object: T & object, now) => column.cell(hubOf(object), now) }));
}

/** Declares a further version of `hub`. Readers of its `selectable` fields see the hub's objects, as those are what is selected from. */
export function version<const F extends Fields, H, S extends Scope>(
  hub: Kind<H, S>,
  options: VersionOptions<F, H>,
): Kind<FieldsType<F>, S> {
  const { toHub, fromHub, selectable, checks = [], ...own } = options;
  const fields = Object.entries(selectable ?? {}).map(([name, hubName]) => [name, hub.selectable[hubName]] as const);
  const { schema: _schema, conversion: _conversion, listKind: _list, hasStatus: _status, ...names } = hub;
  const made = kind<F, S>({
    ...names,
    ...own,
    checks: checks as readonly Check<never>[] as never,
    columns: translated(hub.columns, toHub as (object: object) => object),
    selectable: selectable === undefined ? hub.selectable : (Object.fromEntries(fields) as typeof hub.selectable),
  });
  return {
    ...made,
    conversion: {
      hub,
      toHub: (object) => toHub(object as Versioned<FieldsType<F>>),
      fromHub: (object) => fromHub(object as Versioned<H>),
    },
  };
}
