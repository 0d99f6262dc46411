// Structures that the server answers with beside objects: Status and watch events (meta/v1).
import { array, field, int32, json, object, string } from "../schema/builder.ts";
import { ListMeta } from "./object-meta.ts";

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";

const statusCause = object(`${META}.StatusCause`, {
  reason: field(1, string(), "What kind of fault it is, in one word."),
  message: field(2, string(), "The fault, for people."),
  field: field(3, string(), "Path of the field at fault."),
});

const statusDetails = object(`${META}.StatusDetails`, {
  name: field(1, string(), "Name of the object that the call was about."),
  group: field(2, string(), "Its API group."),
  kind: field(3, string(), "Its kind or resource."),
  causes: field(4, array(statusCause, { list: "atomic" }), "Single faults that led to the failure."),
  retryAfterSeconds: field(5, int32(), "Seconds to wait before the call is tried again."),
  uid: field(6, string(), "Its UID, where one object is meant."),
});

/** Schema of the `Status` that ends calls without an object. */
export const StatusSchema = object(
  `${META}.Status`,
  {
    apiVersion: field(0, string(), "Group and version of this object's schema."),
    kind: field(0, string(), "Name of this object's schema."),
    metadata: field(1, ListMeta, "Metadata of a list, where the answer belongs to one.", { always: true }),
    status: field(2, string(), "Success or Failure."),
    message: field(3, string(), "What happened, for people."),
    reason: field(4, string(), "Why a call failed, in one word."),
    details: field(5, statusDetails, "More about the failure.", { pointer: true }),
    code: field(6, int32(), "HTTP status code."),
  },
  { doc: "The answer of calls that fail or that return no object." },
);

/** Schema of one event of a watch. */
export const WatchEventSchema = object(
  `${META}.WatchEvent`,
  {
    type: field(1, string(), "ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.", { required: true }),
    object: field(2, json(), "The object after the event, or a Status for errors.", { required: true }),
  },
  { doc: "One change seen by a watch." },
);
