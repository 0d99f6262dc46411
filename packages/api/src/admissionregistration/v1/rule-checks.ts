// Rules of which requests a webhook or policy is about.
import { type Check, type FieldError, type FieldPath, invalid, notSupported, required } from "@knots/machinery";

interface RuleView {
  readonly apiGroups?: readonly string[];
  readonly apiVersions?: readonly string[];
  readonly resources?: readonly string[];
  readonly operations?: readonly string[];
}

function* checkLone(path: FieldPath, values: readonly string[], what: string): Iterable<FieldError> {
  if (values.length > 1 && values.includes("*")) {
    yield invalid(path, values, `if '*' is present, must not specify other ${what}`);
  }
}

function* checkResources(path: FieldPath, resources: readonly string[]): Iterable<FieldError> {
  if (resources.length === 0) yield required(path);
  for (const [index, resource] of resources.entries()) {
    const at = path.index(index);
    if (resource === "") yield required(at);
    if (resource === "*/*" && resources.length > 1) {
      yield invalid(path, resources, "if '*/*' is present, must not specify other resources");
    }
    const [main = "", sub] = resource.split("/");
    if (main !== "*" && sub !== undefined && resources.includes(`${main}/*`) && sub !== "*") {
      yield invalid(at, resource, `if '${main}/*' is present, must not specify ${resource}`);
    }
    if (sub !== undefined && sub !== "*" && main !== "*" && resources.includes(`*/${sub}`)) {
      yield invalid(at, resource, `if '*/${sub}' is present, must not specify ${resource}`);
    }
  }
  const bare = resources.filter((resource) => !resource.includes("/"));
  if (bare.length > 1 && bare.includes("*")) {
    yield invalid(path, resources, "if '*' is present, must not specify other resources without subresources");
  }
}

/** A rule names groups, versions and resources; what stands for all stands alone. */
export const ruleIsComplete: Check<RuleView> = function* (rule, { path }) {
  const { apiGroups = [], apiVersions = [], resources = [] } = rule;
  if (apiGroups.length === 0) yield required(path.child("apiGroups"));
  yield* checkLone(path.child("apiGroups"), apiGroups, "API groups");
  if (apiVersions.length === 0) yield required(path.child("apiVersions"));
  yield* checkLone(path.child("apiVersions"), apiVersions, "API versions");
  for (const [index, version] of apiVersions.entries()) {
    if (version === "") yield required(path.child("apiVersions").index(index));
  }
  yield* checkResources(path.child("resources"), resources);
};

const OPERATIONS = ["*", "CREATE", "UPDATE", "DELETE", "CONNECT"];

export const operationsAreKnown: Check<RuleView> = function* ({ operations = [] }, { path }) {
  const at = path.child("operations");
  if (operations.length === 0) yield required(at);
  yield* checkLone(at, operations, "operations");
  for (const [index, operation] of operations.entries()) {
    if (!OPERATIONS.includes(operation)) yield notSupported(at.index(index), operation, OPERATIONS);
  }
};
