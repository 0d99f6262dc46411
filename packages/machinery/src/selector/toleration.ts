// Which taints a toleration covers; scheduler, node lifecycle and kubelet must agree on it.

/** A mark that keeps pods away. */
export interface TaintLike {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}
/** What covers marks: an absent key or effect covers all of them. */
export interface TolerationLike {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
}

const isNumber = (text: string | undefined): boolean => /^-?(0|[1-9]\d*)$/.test(text ?? "");

function covers({ operator = "Equal", value = "" }: TolerationLike, taint: TaintLike): boolean {
  switch (operator) {
    case "Exists":
      return true;
    case "Lt":
    case "Gt":
      if (!isNumber(value) || !isNumber(taint.value)) return false;
      return operator === "Lt" ? Number(taint.value) < Number(value) : Number(taint.value) > Number(value);
    default:
      return value === (taint.value ?? "");
  }
}

/** Whether `toleration` covers `taint`. */
export function tolerates(toleration: TolerationLike, taint: TaintLike): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (!toleration.key && toleration.operator !== "Exists") return false;
  return covers(toleration, taint);
}

/** Whether one of `tolerations` covers `taint`. */
export const isTolerated = (taint: TaintLike, tolerations: readonly TolerationLike[] | undefined): boolean =>
  (tolerations ?? []).some((toleration) => tolerates(toleration, taint));
