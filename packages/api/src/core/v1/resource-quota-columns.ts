// What `kubectl get resourcequotas` shows: used and allowed, requests and limits apart.
import { age, type Column } from "@knots/machinery";
import { type Shown, text } from "../../columns.ts";
import type { Amounts } from "./amounts.ts";

type QuotaView = Shown<unknown, { readonly hard?: Amounts; readonly used?: Amounts }>;

const usesText =
  (wanted: (name: string) => boolean) =>
  ({ status }: QuotaView): string =>
    Object.keys(status?.hard ?? {})
      .filter(wanted)
      .sort()
      .map((name) => `${name}: ${status?.used?.[name] ?? "0"}/${status?.hard?.[name] ?? "0"}`)
      .join(", ");
const isLimit = (name: string): boolean => name.startsWith("limits");

export const resourceQuotaColumns: readonly Column[] = [
  text(
    "Request",
    "Requests and counts, used of allowed.",
    usesText((name) => !isLimit(name)),
  ),
  text("Limit", "Limits, used of allowed.", usesText(isLimit)),
  age(),
];
