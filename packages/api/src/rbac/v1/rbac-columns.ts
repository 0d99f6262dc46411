// What `kubectl get` shows of roles and their bindings.
import { age, type Column } from "@knots/machinery";
import { createdAt, text, wide } from "../../columns.ts";
import type { RoleRef, Subject } from "./role-ref.ts";

export const roleColumns: readonly Column[] = [createdAt()];

interface BindingView {
  readonly roleRef: RoleRef;
  readonly subjects?: readonly Subject[];
}

const subjectsText =
  (wanted: string) =>
  ({ subjects = [] }: BindingView): string =>
    subjects
      .filter(({ kind }) => kind === wanted)
      .map(({ name, namespace }) => (wanted === "ServiceAccount" ? `${namespace ?? ""}/${name}` : name))
      .join(", ");

export const bindingColumns: readonly Column[] = [
  text("Role", "Role that is given.", ({ roleRef }: BindingView) => `${roleRef.kind}/${roleRef.name}`),
  age(),
  wide(text("Users", "Users who get it.", subjectsText("User"))),
  wide(text("Groups", "Groups who get it.", subjectsText("Group"))),
  wide(text("ServiceAccounts", "Service accounts that get it.", subjectsText("ServiceAccount"))),
];
