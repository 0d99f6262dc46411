// Rules of ingresses and their classes: hosts, paths, backends.
import {
  type Check,
  dns1123Subdomain,
  type FieldError,
  type FieldPath,
  fieldPath,
  invalid,
  ipAddress,
  type ObjectMeta,
  required,
  wildcardSubdomain,
} from "@knots/machinery";
import { checkText } from "../../checks.ts";
import { INGRESS_CLASS_ANNOTATION } from "../../labels.ts";

interface BackendView {
  readonly service?: { readonly port?: { readonly name?: string; readonly number?: number } };
  readonly resource?: object;
}

/** A backend is one thing, and a service is meant by one port. */
export const oneBackend: Check<BackendView> = function* ({ service, resource }, { path }) {
  if (service && resource) yield invalid(path, "", "cannot set both resource and service backends");
  if (!service && !resource) yield required(path, "resource or service backend is required");
  if (!service) return;
  const { name = "", number = 0 } = service.port ?? {};
  const at = path.child("service", "port");
  if (name === "" && number === 0) yield required(at, "port name or number is required");
  if (name !== "" && number !== 0) yield invalid(at, "", "cannot set both port name & port number");
};

const BAD_IN_PATH = ["//", "/./", "/../", "%2f", "%2F"];
const BAD_AT_END = ["/..", "/."];

/** A path is absolute and has one reading. */
export const plainPath: Check<{ readonly path?: string; readonly pathType: string }> = function* (value, context) {
  const { path: text = "", pathType } = value;
  const at: FieldPath = context.path.child("path");
  const exact = pathType === "Exact" || pathType === "Prefix";
  if (!text.startsWith("/") && (exact || text !== "")) yield invalid(at, text, "must be an absolute path");
  if (!exact) return;
  for (const bad of BAD_IN_PATH) if (text.includes(bad)) yield invalid(at, text, `must not contain '${bad}'`);
  for (const bad of BAD_AT_END) if (text.endsWith(bad)) yield invalid(at, text, `cannot end with '${bad}'`);
};

export const hostIsName: Check<{ readonly host?: string }> = function* ({ host = "" }, { path }) {
  if (host !== "" && ipAddress(host) === undefined) {
    yield invalid(path.child("host"), host, "must be a DNS name, not an IP address");
  }
};

interface IngressSpecView {
  readonly rules?: readonly object[];
  readonly defaultBackend?: object;
  readonly ingressClassName?: string;
  readonly tls?: readonly { readonly hosts?: readonly string[]; readonly secretName?: string }[];
}

function* checkTls(tls: NonNullable<IngressSpecView["tls"]>, path: FieldPath): Iterable<FieldError> {
  for (const [index, { hosts = [], secretName }] of tls.entries()) {
    const at = path.index(index);
    for (const [place, host] of hosts.entries())
      yield* checkText(at.child("hosts").index(place), host, wildcardSubdomain);
    yield* checkText(at.child("secretName"), secretName, dns1123Subdomain);
  }
}

/** An ingress leads somewhere. */
export const leadsSomewhere: Check<IngressSpecView> = function* (spec, { path }) {
  if ((spec.rules ?? []).length === 0 && !spec.defaultBackend) {
    yield invalid(path, spec, "either `defaultBackend` or `rules` must be specified");
  }
  yield* checkText(path.child("ingressClassName"), spec.ingressClassName, dns1123Subdomain);
  yield* checkTls(spec.tls ?? [], path.child("tls"));
};

interface ClassedView {
  readonly metadata?: ObjectMeta;
  readonly spec?: { readonly ingressClassName?: string };
}
/** The class is named in one way. */
export const oneClass: Check<ClassedView> = function* ({ metadata, spec }, { old }) {
  const named = metadata?.annotations?.[INGRESS_CLASS_ANNOTATION];
  if (old || named === undefined || spec?.ingressClassName === undefined) return;
  yield invalid(
    fieldPath("annotations").child(INGRESS_CLASS_ANNOTATION),
    named,
    "can not be set when the class field is also set",
  );
};

/** Name of a controller: a domain and a path. */
export const controllerName: Check<{ readonly controller?: string }> = function* ({ controller = "" }, { path }) {
  const at = path.child("controller");
  if (controller === "") yield required(at);
  else if (!/^[^/]+\/[^/].*$/.test(controller)) {
    yield invalid(at, controller, 'must be a domain-prefixed path (such as "acme.io/foo")');
  } else yield* checkText(at, controller.slice(0, controller.indexOf("/")), dns1123Subdomain);
};
