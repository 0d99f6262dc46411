// Schemas and fields that many structures repeat.
import { field, int32, int64, string, time } from "@knots/machinery";

/** Transport protocols of ports. */
export const protocol = string({ enum: ["TCP", "UDP", "SCTP"] });

/** Port numbers. */
export const portNumber = int32({ min: 1, max: 65_535 });

/** Permission bits of a file. */
export const fileMode = int32({ min: 0, max: 0o777 });
/** Permission bits of files unless told otherwise. */
export const DEFAULT_FILE_MODE = 0o644;

/** User and group IDs. */
export const unixId = int64({ min: 0, max: 2_147_483_647 });

/** When images are pulled. */
export const pullPolicy = string({ enum: ["Always", "Never", "IfNotPresent"] });

const status = string({ enum: ["True", "False", "Unknown"] });
/** What every condition begins with. */
export const conditionHead = {
  type: field(1, string(), "What the condition is about.", { required: true }),
  status: field(2, status, "True, False or Unknown.", { required: true }),
};
/** What conditions of the core group end with. */
export const coreConditionTail = {
  lastTransitionTime: field(4, time(), "When the status last changed."),
  reason: field(5, string(), "One CamelCase word that says why."),
  message: field(6, string(), "Details for people."),
};

/** State of one port of a load balancer. */
export const portStatusFields = {
  port: field(1, int32(), "Port number.", { required: true }),
  protocol: field(2, protocol, "TCP, UDP or SCTP.", { required: true }),
  error: field(3, string(), "What is wrong with the port, as a CamelCase word.", { pointer: true }),
};
