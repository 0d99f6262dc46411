// Rules of what resource claims ask for.
import { type Check, type FieldError, type FieldPath, invalid, required, string, tooMany } from "@knots/machinery";
import { checkNames } from "../../checks.ts";

/** How the number of devices is meant. */
export const allocationMode = string({ enum: ["ExactCount", "All"] });

interface CountView {
  readonly allocationMode?: string;
  readonly count?: number;
}
/** One device unless all are meant. */
export const oneWhenExact = ({ allocationMode: mode }: CountView): number | undefined =>
  mode === undefined || mode === "ExactCount" ? 1 : undefined;

export const modeFitsCount: Check<CountView> = function* ({ allocationMode: mode, count = 0 }, { path }) {
  const at = path.child("count");
  if (mode === "All" && count !== 0) yield invalid(at, count, "must not be specified when allocationMode is 'All'");
  if (mode === "ExactCount" && count <= 0) yield invalid(at, count, "must be greater than zero");
};

interface RequestView {
  readonly exactly?: object;
  readonly firstAvailable?: readonly { readonly name: string }[];
}
/** Devices are asked for in one way, or as the first of several. */
export const oneWayToAsk: Check<RequestView> = function* ({ exactly, firstAvailable = [] }, { path }) {
  const several = firstAvailable.length > 0;
  if (!exactly && !several) yield required(path, "exactly one of `exactly` or `firstAvailable` is required");
  if (exactly && several) yield invalid(path, null, "exactly one of `exactly` or `firstAvailable` is required");
  yield* checkNames(path.child("firstAvailable"), firstAvailable);
};

interface ConstraintView {
  readonly matchAttribute?: string;
  readonly distinctAttribute?: string;
}
const ATTRIBUTE = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z_][A-Za-z0-9_]*$/;

export const oneConstraint: Check<ConstraintView> = function* (constraint, { path }) {
  const { matchAttribute, distinctAttribute } = constraint;
  if (matchAttribute === undefined && distinctAttribute === undefined) yield required(path.child("matchAttribute"));
  for (const [field, name] of Object.entries({ matchAttribute, distinctAttribute })) {
    if (name === undefined) continue;
    if (name === "") yield required(path.child(field), "name required");
    else if (!name.includes("/")) yield invalid(path.child(field), name, "must include a domain");
    else if (!ATTRIBUTE.test(name))
      yield invalid(path.child(field), name, "a valid C identifier must follow the domain");
  }
};

interface ClaimView {
  readonly requests?: readonly (RequestView & { readonly name: string })[];
  readonly constraints?: readonly { readonly requests?: readonly string[] }[];
  readonly config?: readonly { readonly requests?: readonly string[]; readonly opaque?: object }[];
}

function* checkMentions(
  path: FieldPath,
  mentions: readonly string[],
  known: ReadonlySet<string>,
): Iterable<FieldError> {
  for (const [index, mention] of mentions.entries()) {
    const detail =
      "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
    if (!known.has(mention)) yield invalid(path.index(index), mention, detail);
  }
}

/** Constraints and settings speak of requests that exist. */
export const namesAreKnown: Check<ClaimView> = function* ({ requests = [], constraints = [], config = [] }, { path }) {
  yield* checkNames(path.child("requests"), requests);
  const known = new Set(
    requests.flatMap(({ name, firstAvailable = [] }) => [name, ...firstAvailable.map((way) => `${name}/${way.name}`)]),
  );
  for (const [field, entries] of Object.entries({ constraints, config })) {
    for (const [index, { requests: mentions = [] }] of entries.entries()) {
      yield* checkMentions(path.child(field).index(index).child("requests"), mentions, known);
    }
  }
  for (const [index, { opaque }] of config.entries()) {
    const at = path.child("config").index(index).child("opaque");
    if (!opaque) yield required(at, "exactly one configuration type is required");
  }
};

const MAX_USERS = 256;
export const usersAreFew: Check<{ readonly reservedFor?: readonly unknown[] }> = function* (
  { reservedFor = [] },
  { path },
) {
  if (reservedFor.length > MAX_USERS) yield tooMany(path.child("reservedFor"), reservedFor.length, MAX_USERS);
};
