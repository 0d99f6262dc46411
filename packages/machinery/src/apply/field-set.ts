// Sets of field paths: immutable trees whose nodes are steps of paths, with the algebra that ownership needs.
import { type FieldPathElements, type PathElement, sortElements } from "./path-element.ts";

/**
 * A set of paths below some place. `member` says whether the place itself belongs to the set (never at the root); no child is
 * empty. Sets are never changed, parts are shared.
 */
export interface FieldSet {
  readonly member: boolean;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

const NO_CHILDREN: ReadonlyMap<PathElement, FieldSet> = new Map();
/** No path at all. */
export const EMPTY_SET: FieldSet = { member: false, children: NO_CHILDREN };
/** The place itself and nothing below it. */
export const LEAF: FieldSet = { member: true, children: NO_CHILDREN };

/** A set; without children one of the two shared ones. */
export function fieldSet(member: boolean, children: ReadonlyMap<PathElement, FieldSet>): FieldSet {
  if (children.size > 0) return { member, children };
  return member ? LEAF : EMPTY_SET;
}

export const isEmptySet = ({ member, children }: FieldSet): boolean => !member && children.size === 0;

/** The set of these paths. */
export function setOfPaths(...paths: readonly FieldPathElements[]): FieldSet {
  return paths.reduce(
    (set, path) =>
      union(
        set,
        path.reduceRight((below, step) => fieldSet(false, new Map([[step, below]])), LEAF),
      ),
    EMPTY_SET,
  );
}

/** Paths in either set. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || isEmptySet(b)) return a;
  if (isEmptySet(a)) return b;
  let children: Map<PathElement, FieldSet> | undefined;
  for (const [step, theirs] of b.children) {
    const mine = a.children.get(step);
    const both = mine ? union(mine, theirs) : theirs;
    if (both === mine) continue;
    children ??= new Map(a.children);
    children.set(step, both);
  }
  const member = a.member || b.member;
  return !children && member === a.member ? a : fieldSet(member, children ?? a.children);
}

/** Paths in both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  const [few, many] = a.children.size <= b.children.size ? [a, b] : [b, a];
  const children = new Map<PathElement, FieldSet>();
  for (const [step, set] of few.children) {
    const other = many.children.get(step);
    const both = other ? intersection(set, other) : EMPTY_SET;
    if (!isEmptySet(both)) children.set(step, both);
  }
  return fieldSet(a.member && b.member, children);
}

/** Takes from each child of `a` what `minus` takes; shares what stays as it was. */
function subtract(a: FieldSet, b: FieldSet, minus: (mine: FieldSet, theirs: FieldSet) => FieldSet): FieldSet {
  let children: Map<PathElement, FieldSet> | undefined;
  for (const [step, theirs] of b.children) {
    const mine = a.children.get(step);
    const left = mine ? minus(mine, theirs) : undefined;
    if (!left || left === mine) continue;
    children ??= new Map(a.children);
    if (isEmptySet(left)) children.delete(step);
    else children.set(step, left);
  }
  const member = a.member && !b.member;
  return !children && member === a.member ? a : fieldSet(member, children ?? a.children);
}

/** Paths in `a` and not in `b`. The same reference when `b` takes nothing away. */
export const difference = (a: FieldSet, b: FieldSet): FieldSet => (a === b ? EMPTY_SET : subtract(a, b, difference));

/** Paths in `a` that are neither in `b` nor below a path in `b`. */
export const recursiveDifference = (a: FieldSet, b: FieldSet): FieldSet =>
  b.member ? EMPTY_SET : subtract(a, b, recursiveDifference);

/** Whether the path belongs to the set. */
export function hasPath(set: FieldSet, path: FieldPathElements): boolean {
  let at: FieldSet | undefined = set;
  for (const step of path) at = at?.children.get(step);
  return at?.member ?? false;
}

/** Whether every path of `a` is in `b`. */
export function isSubset(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  if (a.member && !b.member) return false;
  for (const [step, mine] of a.children) {
    const theirs = b.children.get(step);
    if (!theirs || !isSubset(mine, theirs)) return false;
  }
  return true;
}

export const equalSets = (a: FieldSet, b: FieldSet): boolean => isSubset(a, b) && isSubset(b, a);

/** Whether the sets share a path. */
export function overlaps(a: FieldSet, b: FieldSet): boolean {
  if (a.member && b.member) return true;
  const [few, many] = a.children.size <= b.children.size ? [a, b] : [b, a];
  for (const [step, set] of few.children) {
    const other = many.children.get(step);
    if (other && overlaps(set, other)) return true;
  }
  return false;
}

/** All paths: at each place its own members first, then what lies deeper, in FieldsV1's order. */
export function* pathsOf(set: FieldSet, prefix: FieldPathElements = []): Generator<FieldPathElements> {
  const steps = sortElements(set.children.keys());
  for (const step of steps) if (set.children.get(step)?.member) yield [...prefix, step];
  for (const step of steps) {
    const below = set.children.get(step);
    if (below && below.children.size > 0) yield* pathsOf(below, [...prefix, step]);
  }
}
