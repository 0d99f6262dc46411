// What `kubectl get` shows of small kinds: namespaces, config maps, secrets, service accounts.
import { age, type Column } from "@knots/machinery";
import { count, type Shown, text } from "../../columns.ts";

const size = (map: object | undefined): number => Object.keys(map ?? {}).length;

interface DataView {
  readonly data?: object;
  readonly binaryData?: object;
  readonly type?: string;
}

export const namespaceColumns: readonly Column[] = [
  text(
    "Status",
    "Active or Terminating.",
    ({ status }: Shown<unknown, { readonly phase?: string }>) => status?.phase ?? "",
  ),
  age(),
];
export const configMapColumns: readonly Column[] = [
  count("Data", "How many keys it has.", ({ data, binaryData }: DataView) => size(data) + size(binaryData)),
  age(),
];
export const secretColumns: readonly Column[] = [
  text("Type", "What the data is for.", ({ type }: DataView) => type ?? ""),
  count("Data", "How many keys it has.", ({ data }: DataView) => size(data)),
  age(),
];
export const serviceAccountColumns: readonly Column[] = [
  count(
    "Secrets",
    "How many secrets it names.",
    ({ secrets }: { readonly secrets?: readonly unknown[] }) => secrets?.length,
  ),
  age(),
];
