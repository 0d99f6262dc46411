// What `kubectl get` shows of admission policies and their bindings.
import { age, type Column } from "@knots/machinery";
import { text, UNSET } from "../../columns.ts";

interface PolicyView {
  readonly spec?: { readonly paramKind?: { readonly apiVersion?: string; readonly kind?: string } };
}
/** Kind of a policy's parameters. */
export function paramKindText({ spec }: PolicyView): string {
  return spec?.paramKind ? `${spec.paramKind.apiVersion ?? ""}/${spec.paramKind.kind ?? ""}` : UNSET;
}

interface BindingView {
  readonly spec?: {
    readonly policyName?: string;
    readonly paramRef?: { readonly name?: string; readonly namespace?: string };
  };
}
function paramRefText({ spec }: BindingView): string {
  if (!spec?.paramRef) return UNSET;
  const { name = "", namespace = "" } = spec.paramRef;
  return namespace === "" ? name : `${namespace}/${name}`;
}

export const bindingColumns: readonly Column[] = [
  text("PolicyName", "Policy that is put to work.", ({ spec }: BindingView) => spec?.policyName ?? ""),
  text("ParamRef", "Object that holds its parameters.", paramRefText),
  age(),
];
