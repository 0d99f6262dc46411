// Who is bound, and to which role.
import { field, type ObjectSchema, object, string, type TypeOf } from "@knots/machinery";

const roleRef = object(
  "io.k8s.api.rbac.v1.RoleRef",
  {
    apiGroup: field(1, string(), ""),
    kind: field(2, string(), "", { required: true }),
    name: field(3, string(), "", { required: true }),
  },
  { map: "atomic" },
);
export interface RoleRef extends TypeOf<typeof roleRef> {}
export const RoleRef: ObjectSchema<RoleRef> = roleRef;

const subject = object(
  "io.k8s.api.rbac.v1.Subject",
  {
    kind: field(1, string(), "", { required: true }),
    apiGroup: field(2, string(), ""),
    name: field(3, string(), "", { required: true }),
    namespace: field(4, string(), ""),
  },
  { map: "atomic" },
);
export interface Subject extends TypeOf<typeof subject> {}
export const Subject: ObjectSchema<Subject> = subject;
