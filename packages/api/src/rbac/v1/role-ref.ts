// Who is bound, and to which role.
import { field, type ObjectSchema, object, pathSegmentName, string, type TypeOf } from "@knots/machinery";
import { RBAC_GROUP, subjectKnown } from "./rbac-checks.ts";

const subjectGroup = ({ kind }: { readonly kind?: string }) =>
  kind === "User" || kind === "Group" ? RBAC_GROUP : undefined;

const roleRef = object(
  "io.k8s.api.rbac.v1.RoleRef",
  {
    apiGroup: field(1, string(), "Group of the role.", { default: RBAC_GROUP }),
    kind: field(2, string(), "Role or ClusterRole.", { required: true }),
    name: field(3, string({ check: pathSegmentName }), "Name of the role.", { required: true }),
  },
  { map: "atomic" },
);
/** Names the role that a binding gives. */
export interface RoleRef extends TypeOf<typeof roleRef> {}
export const RoleRef: ObjectSchema<RoleRef> = roleRef;

const subject = object(
  "io.k8s.api.rbac.v1.Subject",
  {
    kind: field(1, string(), "User, Group or ServiceAccount.", { required: true }),
    apiGroup: field(2, string(), "Group of the subject; empty for service accounts.", { default: subjectGroup }),
    name: field(3, string(), "Name of the subject.", { required: true }),
    namespace: field(4, string(), "Namespace of the service account."),
  },
  { map: "atomic" },
);
/** A user, group or service account. */
export interface Subject extends TypeOf<typeof subject> {}
export const Subject: ObjectSchema<Subject> = subject.check(subjectKnown);
