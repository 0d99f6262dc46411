// Rules of limit ranges: each type once, bounds in order; and what the bounds of containers say about their defaults.
import {
  type Check,
  compareQuantities,
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  qualifiedName,
  required,
} from "@knots/machinery";
import { checkText, checkUnique } from "../../checks.ts";
import { type Amounts, checkResourceName, isContainerResource, isStandardResource } from "./amounts.ts";

interface Item {
  readonly type: string;
  readonly max?: Amounts;
  readonly min?: Amounts;
  readonly default?: Amounts;
  readonly defaultRequest?: Amounts;
  readonly maxLimitRequestRatio?: Amounts;
}

const MAPS = ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"] as const;
const TYPES = ["Pod", "Container", "PersistentVolumeClaim"];

/** Each type is bounded once. */
export const distinctTypes: Check<{ readonly limits?: readonly Item[] }> = function* ({ limits = [] }, { path }) {
  yield* checkUnique(
    limits,
    ({ type }) => type,
    (index, type) => duplicate(path.child("limits").index(index).child("type"), type),
  );
};

function* checkType(path: FieldPath, type = ""): Iterable<FieldError> {
  if (type === "") return;
  yield* checkText(path, type, qualifiedName);
  if (!type.includes("/") && !TYPES.includes(type)) {
    yield invalid(path, type, "must be a standard limit type or fully qualified");
  }
}

function* checkNames(path: FieldPath, item: Item): Iterable<FieldError> {
  const [isStandard, detail] = ["Pod", "Container"].includes(item.type)
    ? ([isContainerResource, "must be a standard resource for containers"] as const)
    : ([isStandardResource, "must be a standard resource type or fully qualified"] as const);
  for (const map of MAPS) {
    for (const name of Object.keys(item[map] ?? {})) {
      yield* checkResourceName(path.child(map).key(name), name, isStandard, detail);
    }
  }
}

/** What may not be more than what: the field that is shown as wrong, its value, and the words. */
interface Order {
  readonly at: "min" | "default" | "defaultRequest";
  readonly low: readonly [keyof Item & (typeof MAPS)[number], string];
  readonly high: readonly [keyof Item & (typeof MAPS)[number], string];
  readonly shown: "low" | "high";
  readonly tooLow?: boolean;
}

const MIN = ["min", "min"] as const;
const MAX = ["max", "max"] as const;
const REQUEST = ["defaultRequest", "default request"] as const;
const DEFAULT = ["default", "default"] as const;
const ORDERS: readonly Order[] = [
  { at: "min", low: MIN, high: MAX, shown: "low" },
  { at: "defaultRequest", low: MIN, high: REQUEST, shown: "high" },
  { at: "defaultRequest", low: REQUEST, high: MAX, shown: "low" },
  { at: "defaultRequest", low: REQUEST, high: ["default", "default limit"], shown: "low" },
  { at: "default", low: MIN, high: DEFAULT, shown: "low" },
  { at: "default", low: DEFAULT, high: MAX, shown: "high" },
];

function* checkOrder(path: FieldPath, item: Item, name: string): Iterable<FieldError> {
  for (const { at, low, high, shown } of ORDERS) {
    const [less, more] = [item[low[0]]?.[name], item[high[0]]?.[name]];
    if (less === undefined || more === undefined || compareQuantities(less, more) <= 0) continue;
    const detail = `${low[1]} value ${less} is greater than ${high[1]} value ${more}`;
    yield invalid(path.child(at).key(name), shown === "low" ? less : more, detail);
  }
  const ratio = item.maxLimitRequestRatio?.[name];
  if (ratio !== undefined && compareQuantities(ratio, "1") < 0) {
    yield invalid(path.child("maxLimitRequestRatio").key(name), ratio, `ratio ${ratio} is less than 1`);
  }
}

/** Bounds that fit the type and do not contradict each other. */
export const boundsInOrder: Check<Item> = function* (item, { path }) {
  yield* checkType(path.child("type"), item.type);
  yield* checkNames(path, item);
  if (item.type === "Pod") {
    for (const map of ["default", "defaultRequest"] as const) {
      if (Object.keys(item[map] ?? {}).length > 0) {
        yield forbidden(path.child(map), "may not be specified when `type` is 'Pod'");
      }
    }
  }
  const claims = item.type === "PersistentVolumeClaim";
  if (claims && item.min?.["storage"] === undefined && item.max?.["storage"] === undefined) {
    yield required(
      path.child("limits"),
      "either minimum or maximum storage value is required, but neither was provided",
    );
  }
  const names = new Set(MAPS.flatMap((map) => Object.keys(item[map] ?? {})));
  for (const name of [...names].sort()) yield* checkOrder(path, item, name);
};

/** Containers: limits default to the most, requests to the default limits, then to the least. */
export function fillLimits<T extends Item>(item: T): T {
  if (item.type !== "Container") return item;
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  const count = (amounts: Amounts = {}): number => Object.keys(amounts).length;
  if (count(limits) === count(item.default) && count(requests) === count(item.defaultRequest)) return item;
  return { ...item, default: limits, defaultRequest: requests };
}
