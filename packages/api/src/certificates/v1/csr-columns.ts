// What `kubectl get csr` shows.
import { age, type Column, formatAge } from "@knots/machinery";
import { NONE, type Shown, text } from "../../columns.ts";

interface SpecView {
  readonly signerName?: string;
  readonly username?: string;
  readonly expirationSeconds?: number;
}
interface StatusView {
  readonly conditions?: readonly { readonly type: string }[];
  readonly certificate?: string;
}
type RequestView = Shown<SpecView | undefined, StatusView>;

function conditionText({ status }: RequestView): string {
  const types = new Set((status?.conditions ?? []).map(({ type }) => type));
  const decision = types.has("Denied") ? "Denied" : types.has("Approved") ? "Approved" : "Pending";
  const issued = (status?.certificate ?? "") !== "";
  return `${decision}${types.has("Failed") ? ",Failed" : ""}${issued ? ",Issued" : ""}`;
}

function durationText({ spec }: RequestView): string {
  return spec?.expirationSeconds === undefined ? NONE : formatAge(spec.expirationSeconds * 1000);
}

export const csrColumns: readonly Column[] = [
  age(),
  text("SignerName", "Who should sign.", ({ spec }: RequestView) => spec?.signerName ?? NONE),
  text("Requestor", "Who asks.", ({ spec }: RequestView) => spec?.username ?? ""),
  text("RequestedDuration", "How long the certificate should live.", durationText),
  text("Condition", "What was decided.", conditionText),
];
