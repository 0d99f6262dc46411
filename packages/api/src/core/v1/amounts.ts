// Rules of amounts by resource name: names are those of resources, amounts are not negative.
import {
  type FieldError,
  type FieldPath,
  invalid,
  parseQuantity,
  qualifiedName,
  quantityMilli,
  quantityValue,
} from "@knots/machinery";
import { checkText } from "../../checks.ts";

/** Quantities by resource. */
export type Amounts = Readonly<Record<string, string>>;

/** Resources that containers can ask for. */
export const isContainerResource = (name: string): boolean =>
  ["cpu", "memory", "ephemeral-storage"].includes(name) || name.startsWith("hugepages-");

const COUNTED = [
  "pods",
  "services",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "configmaps",
  "persistentvolumeclaims",
  "services.nodeports",
  "services.loadbalancers",
];
/** Resources that are counted, not measured. */
export const isCounted = (name: string): boolean => COUNTED.includes(name) || name.startsWith("count/");

const MEASURED = /^((requests\.|limits\.)?(cpu|memory|ephemeral-storage)|requests\.storage|(requests\.)?hugepages-.*)$/;
/** Resources that a quota can bound without a domain in their name. */
export const isQuotaResource = (name: string): boolean => isCounted(name) || MEASURED.test(name);

/** Resources of the system: no domain is needed in their name. */
export const isStandardResource = (name: string): boolean =>
  isQuotaResource(name) || isContainerResource(name) || name === "storage";

/** Whether `amount` is less than nothing, or nothing at all. */
export const isNegative = (amount: string): boolean => (parseQuantity(amount)?.nanos ?? 0n) < 0n;
export const isPositive = (amount: string): boolean => (parseQuantity(amount)?.nanos ?? 0n) > 0n;

/** The name of a resource: a qualified name, and one of the system's where it has no domain. */
export function* checkResourceName(
  path: FieldPath,
  name: string,
  isStandard: (name: string) => boolean,
  detail: string,
): Iterable<FieldError> {
  yield* checkText(path, name, qualifiedName);
  if (!name.includes("/") && !isStandard(name)) yield invalid(path, name, detail);
}

/** An amount that is not negative, and whole where the resource is counted. */
export function* checkAmount(path: FieldPath, name: string, amount: string): Iterable<FieldError> {
  if (isNegative(amount)) yield invalid(path, amount, "must be greater than or equal to 0");
  if (isCounted(name) && quantityMilli(amount) !== quantityValue(amount) * 1000) {
    yield invalid(path, amount, "must be an integer");
  }
}
