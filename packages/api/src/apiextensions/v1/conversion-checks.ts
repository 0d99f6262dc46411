// Rules of conversions between versions of a custom kind.
import { type Check, forbidden, invalid, required } from "@knots/machinery";
import { reachedOneWay } from "../../admissionregistration/v1/webhook-checks.ts";

export const oneWayToConvert = reachedOneWay("exactly one of url or service is required");

const REVIEWS = ["v1", "v1beta1"];

interface ConversionView {
  readonly strategy: string;
  readonly webhook?: { readonly clientConfig?: unknown; readonly conversionReviewVersions: readonly string[] };
}
/** A webhook is named where one translates, and understands a review that the server can send. */
export const conversionIsComplete: Check<ConversionView> = function* ({ strategy, webhook }, { path }) {
  const client = path.child("webhookClientConfig");
  if (strategy === "Webhook" && !webhook?.clientConfig)
    yield required(client, "required when strategy is set to Webhook");
  if (strategy === "None" && webhook) yield forbidden(client, "should not be set when strategy is not set to Webhook");
  const versions = webhook?.conversionReviewVersions ?? [];
  if (versions.length > 0 && !versions.some((version) => REVIEWS.includes(version))) {
    const detail = `must include at least one of ${REVIEWS.join(", ")}`;
    yield invalid(path.child("conversionReviewVersions"), versions, detail);
  }
};
