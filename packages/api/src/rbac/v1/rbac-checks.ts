// Rules of roles and bindings.
import {
  type Check,
  dns1123Subdomain,
  type FieldError,
  fieldPath,
  invalid,
  notSupported,
  required,
} from "@knots/machinery";
import { checkText, checkUnchanged } from "../../checks.ts";

/** Group of roles, bindings, users and groups. */
export const RBAC_GROUP = "rbac.authorization.k8s.io";

interface RuleView {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** A rule allows something, and is about resources of named groups or about URLs, not about both. */
export const resourcesOrUrls: Check<RuleView> = function* (rule, { path }) {
  const { verbs, apiGroups = [], resources = [], nonResourceURLs = [] } = rule;
  if (verbs.length === 0) yield required(path.child("verbs"), "verbs must contain at least one value");
  if (nonResourceURLs.length === 0) {
    if (apiGroups.length === 0)
      yield required(path.child("apiGroups"), "resource rules must supply at least one api group");
    if (resources.length === 0)
      yield required(path.child("resources"), "resource rules must supply at least one resource");
  } else if (apiGroups.length + resources.length > 0) {
    const detail = "rules cannot apply to both regular resources and non-resource URLs";
    yield invalid(path.child("nonResourceURLs"), nonResourceURLs, detail);
  }
};

export const noUrlsInNamespace: Check<{ readonly rules?: readonly RuleView[] }> = function* ({ rules }) {
  for (const [index, { nonResourceURLs = [] }] of (rules ?? []).entries()) {
    if (nonResourceURLs.length === 0) continue;
    const path = fieldPath("rules").index(index).child("nonResourceURLs");
    yield invalid(path, nonResourceURLs, "namespaced rules cannot apply to non-resource URLs");
  }
};

interface RefView {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
}

/** A binding names a role that it can give, and goes on naming it. */
export const roleNamed = (...kinds: readonly string[]): Check<{ readonly roleRef: RefView }> =>
  function* ({ roleRef }, { old }): Iterable<FieldError> {
    const path = fieldPath("roleRef");
    const { apiGroup = "", kind } = roleRef;
    if (apiGroup !== RBAC_GROUP) yield notSupported(path.child("apiGroup"), apiGroup, [RBAC_GROUP]);
    if (kind !== "" && !kinds.includes(kind)) yield notSupported(path.child("kind"), kind, kinds);
    if (old) yield* checkUnchanged(path, roleRef, old.roleRef, "cannot change roleRef");
  };

interface SubjectView extends RefView {
  readonly namespace?: string;
}
const SUBJECT_KINDS = ["ServiceAccount", "User", "Group"];

/** The namespace of a service account may be left out in a RoleBinding only; there the server cannot know it either. */
export const subjectKnown: Check<SubjectView> = function* ({ kind, apiGroup = "", name, namespace = "" }, { path }) {
  if (!SUBJECT_KINDS.includes(kind)) {
    if (kind !== "") yield notSupported(path.child("kind"), kind, SUBJECT_KINDS);
    return;
  }
  const group = kind === "ServiceAccount" ? "" : RBAC_GROUP;
  if (apiGroup !== group) yield notSupported(path.child("apiGroup"), apiGroup, [group]);
  if (kind !== "ServiceAccount") return;
  yield* checkText(path.child("name"), name, dns1123Subdomain);
  if (namespace === "") yield required(path.child("namespace"));
};
