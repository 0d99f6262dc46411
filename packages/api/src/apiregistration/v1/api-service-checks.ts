// Rules of API services: their names, and what local and remote ones must say.
import {
  type Check,
  dns1035Label,
  dns1123Subdomain,
  type FieldError,
  type FieldPath,
  fieldPath,
  invalid,
  type ObjectMeta,
  required,
} from "@knots/machinery";
import { checkText } from "../../checks.ts";

interface SpecView {
  readonly service?: { readonly namespace?: string; readonly name?: string };
  readonly group?: string;
  readonly version?: string;
  readonly insecureSkipTLSVerify?: boolean;
  readonly caBundle?: string;
  readonly groupPriorityMinimum: number;
  readonly versionPriority: number;
}
interface ServiceView {
  readonly metadata?: ObjectMeta;
  readonly spec?: SpecView;
}

/** The name says which group and version is meant. */
export const nameIsGroupVersion: Check<ServiceView> = function* ({ metadata, spec }) {
  const wanted = `${spec?.version ?? ""}.${spec?.group ?? ""}`;
  const name = metadata?.name ?? "";
  if (name === wanted) return;
  const detail = `must be \`spec.version+"."+spec.group\`: ${JSON.stringify(wanted)}`;
  yield invalid(fieldPath("metadata").child("name"), name, detail);
};

function* checkOrder(path: FieldPath, { groupPriorityMinimum, versionPriority }: SpecView): Iterable<FieldError> {
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > 20_000) {
    const detail = "must be positive and less than 20000";
    yield invalid(path.child("groupPriorityMinimum"), groupPriorityMinimum, detail);
  }
  if (versionPriority <= 0 || versionPriority > 1000) {
    yield invalid(path.child("versionPriority"), versionPriority, "must be positive and less than 1000");
  }
}

function* checkLocal(path: FieldPath, { caBundle = "", insecureSkipTLSVerify }: SpecView): Iterable<FieldError> {
  if (caBundle !== "") yield invalid(path.child("caBundle"), caBundle, "local APIServices may not have a caBundle");
  if (insecureSkipTLSVerify) {
    yield invalid(path.child("insecureSkipTLSVerify"), true, "local APIServices may not have insecureSkipTLSVerify");
  }
}

function* checkRemote(path: FieldPath, spec: SpecView): Iterable<FieldError> {
  const { namespace = "", name = "" } = spec.service ?? {};
  if (namespace === "") yield required(path.child("service", "namespace"));
  if (name === "") yield required(path.child("service", "name"));
  if (spec.insecureSkipTLSVerify && (spec.caBundle ?? "") !== "") {
    yield invalid(path.child("insecureSkipTLSVerify"), true, "may not be true if caBundle is present");
  }
}

/** A group and version with an order, and safe ways to its server. */
export const servedProperly: Check<SpecView> = function* (spec, { path }) {
  const { group = "", version = "" } = spec;
  if (group === "" && version !== "v1") {
    yield required(path.child("group"), "only v1 may have an empty group and it better be legacy kube");
  }
  yield* checkText(path.child("group"), group, dns1123Subdomain);
  if (version === "") yield required(path.child("version"));
  yield* checkText(path.child("version"), version, dns1035Label);
  yield* checkOrder(path, spec);
  yield* spec.service ? checkRemote(path, spec) : checkLocal(path, spec);
};
