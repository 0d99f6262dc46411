// Rules of flow schemas and priority levels.
import { type Check, type FieldError, forbidden, invalid, required } from "@knots/machinery";

interface SchemaView {
  readonly matchingPrecedence?: number;
  readonly priorityLevelConfiguration: { readonly name: string };
}
/** Precedence 1 is for requests without limits. */
export const precedenceIsFree: Check<SchemaView> = function* (spec, { path }) {
  const { matchingPrecedence, priorityLevelConfiguration } = spec;
  const at = path.child("matchingPrecedence");
  if (matchingPrecedence === 1 && priorityLevelConfiguration.name !== "exempt") {
    yield invalid(at, 1, "only the schema named 'exempt' may have matchingPrecedence 1");
  }
};

interface SubjectView {
  readonly kind: string;
  readonly user?: unknown;
  readonly group?: unknown;
  readonly serviceAccount?: unknown;
}
const SUBJECT_FIELDS = { User: "user", Group: "group", ServiceAccount: "serviceAccount" } as const;

/** A subject has the field of its kind and no other. */
export const subjectIsOne: Check<SubjectView> = function* (subject, { path }) {
  for (const [kind, field] of Object.entries(SUBJECT_FIELDS)) {
    const there = subject[field] !== undefined;
    if (subject.kind === kind && !there)
      yield required(path.child(field), `${field} is required when subject kind is '${kind}'`);
    if (subject.kind !== kind && there)
      yield forbidden(path.child(field), `${field} is forbidden when subject kind is not '${kind}'`);
  }
};

/** What stands for all stands alone. */
export const wildcardsStandAlone = (...fields: readonly string[]): Check<object> =>
  function* (rule, { path }): Iterable<FieldError> {
    for (const field of fields) {
      const values = (rule as Readonly<Record<string, readonly string[] | undefined>>)[field] ?? [];
      if (values.length < 2 || !values.includes("*")) continue;
      const what = field === "verbs" ? "verbs" : field;
      yield invalid(path.child(field), values, `if '*' is present, must not specify other ${what}`);
    }
  };

interface ScopeView {
  readonly clusterScope?: boolean;
  readonly namespaces?: readonly string[];
}
/** A rule reaches requests somewhere: in namespaces, outside them, or both. */
export const namespacesFitScope: Check<ScopeView> = function* ({ clusterScope, namespaces = [] }, { path }) {
  const at = path.child("namespaces");
  if (!clusterScope && namespaces.length === 0) {
    yield required(at, "resource rules that are not cluster scoped must supply at least one namespace");
  }
  if (namespaces.length > 1 && namespaces.includes("*")) {
    yield invalid(at, namespaces, "if '*' is present, must not specify other namespaces");
  }
};

interface RulesView {
  readonly subjects?: readonly unknown[];
  readonly resourceRules?: readonly unknown[];
  readonly nonResourceRules?: readonly unknown[];
}
export const coversSomething: Check<RulesView> = function* ({ resourceRules = [], nonResourceRules = [] }, { path }) {
  if (resourceRules.length + nonResourceRules.length > 0) return;
  yield required(path, "at least one of resourceRules and nonResourceRules has to be non-empty");
};

interface LevelView {
  readonly type: string;
  readonly limited?: unknown;
  readonly exempt?: unknown;
}
/** A level has the settings of its type and no other. */
export const levelIsOfItsType: Check<LevelView> = function* ({ type, limited, exempt }, { path }) {
  if (type === "Limited" && limited === undefined) {
    yield required(path.child("limited"), "must not be empty when type is Limited");
  }
  if (type === "Limited" && exempt !== undefined) {
    yield forbidden(path.child("exempt"), "must be nil if the type is Limited");
  }
  if (type === "Exempt" && limited !== undefined) {
    yield forbidden(path.child("limited"), "must be nil if the type is not Limited");
  }
};

export const responseIsOfItsType: Check<{ readonly type: string; readonly queuing?: unknown }> = function* (
  { type, queuing },
  { path },
) {
  const at = path.child("queuing");
  if (type === "Queue" && queuing === undefined)
    yield required(at, "must not be empty if limited.limitResponse.type is Queue");
  if (type === "Reject" && queuing !== undefined)
    yield forbidden(at, "must be nil if limited.limitResponse.type is not Limited");
};

interface QueuesView {
  readonly queues?: number;
  readonly handSize?: number;
}
/** Bits of the hash that deals a flow its queues. */
const HASH_BITS = 60;

/** A hand is no larger than the deck, and the hash has bits enough to deal it. */
export const queuesFit: Check<QueuesView> = function* ({ queues = 0, handSize = 0 }, { path }) {
  const at = path.child("handSize");
  if (handSize > queues) yield invalid(at, handSize, `should not be greater than queues (${queues})`);
  const bits = Math.ceil(Math.log2(Math.max(2, queues)) * handSize);
  if (bits > HASH_BITS)
    yield invalid(
      at,
      handSize,
      `required entropy bits of deckSize ${queues} and handSize ${handSize} should not be greater than ${HASH_BITS}`,
    );
};
