// Rules of webhooks: how they are named and reached, and what they must say of themselves.
import { type Check, type FieldError, type FieldPath, int32, invalid, required, string } from "@knots/machinery";
import { checkUnique } from "../../checks.ts";

/** What happens when a webhook or expression fails. */
export const failurePolicy = string({ enum: ["Fail", "Ignore"] });
/** Whether other versions of the same resource count too. */
export const matchPolicy = string({ enum: ["Exact", "Equivalent"] });
/** Whether changes by others are looked at again. */
export const reinvocationPolicy = string({ enum: ["Never", "IfNeeded"] });
/** Whether a call changes anything elsewhere; webhooks that may must know of dry runs. */
export const sideEffects = string({ enum: ["None", "NoneOnDryRun"] });
export const timeoutSeconds = int32({ min: 1, max: 30 });

export interface ReachView {
  readonly url?: string;
  readonly service?: { readonly path?: string };
}

function* checkUrl(at: FieldPath, text: string): Iterable<FieldError> {
  const example = "; desired format: https://host[/path]";
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/i.exec(text);
  if (!match) {
    yield invalid(at, text, `url must be a valid URL${example}`);
    return;
  }
  const [, scheme = "", authority = "", , query, fragment] = match;
  if (scheme !== "https") yield invalid(at, scheme, `'https' is the only allowed URL scheme${example}`);
  if (authority === "") yield invalid(at, authority, `host must be specified${example}`);
  if (authority.includes("@")) yield invalid(at, authority, "user information is not permitted in the URL");
  if (query !== undefined) yield invalid(at, query.slice(1), "query parameters are not permitted in the URL");
  if (fragment !== undefined) yield invalid(at, fragment.slice(1), "fragments are not permitted in the URL");
}

/** A webhook is reached by URL or by service; a URL is a plain one with https. */
export const reachedOneWay = (message: string): Check<ReachView> =>
  function* ({ url, service }, { path }): Iterable<FieldError> {
    if ((url === undefined) === (service === undefined)) yield required(path, message);
    if (url !== undefined) yield* checkUrl(path.child("url"), url);
    const route = service?.path;
    if (route !== undefined && route !== "" && !route.startsWith("/")) {
      yield invalid(path.child("service", "path"), route, "must start with a '/'");
    }
  };
export const oneWayToReach = reachedOneWay("exactly one of url or service is required");

const REVIEWS = ["v1", "v1beta1"];

interface WebhookView {
  readonly name?: string;
  readonly admissionReviewVersions?: readonly string[];
}

/** A webhook has a domain-like name and understands a review that the server can send. */
export const webhookIsComplete: Check<WebhookView> = function* (webhook, { path }) {
  const { name = "", admissionReviewVersions: versions = [] } = webhook;
  if (name !== "" && name.split(".").filter((part) => part !== "").length < 3) {
    yield invalid(path.child("name"), name, "should be a domain with at least three segments separated by dots");
  }
  const at = path.child("admissionReviewVersions");
  if (versions.length > 0 && !versions.some((version) => REVIEWS.includes(version))) {
    yield invalid(at, versions, `must include at least one of ${REVIEWS.join(", ")}`);
  }
  yield* checkUnique(
    versions,
    (version) => version,
    (index, version) => invalid(at.index(index), version, "duplicate version"),
  );
};
