// Ephemeral container: a program added to a running pod for debugging.
import { field, inline, type ObjectSchema, object, objectWith, string, type TypeOf } from "@knots/machinery";
import { containerFields } from "./container.ts";
import { distinctPlaces, envSources, imageNamed } from "./container-checks.ts";

const ephemeralContainerCommon = object("io.k8s.api.core.v1.EphemeralContainerCommon", containerFields);
/** What an ephemeral container shares with ordinary ones. */
export interface EphemeralContainerCommon extends TypeOf<typeof ephemeralContainerCommon> {}
export const EphemeralContainerCommon: ObjectSchema<EphemeralContainerCommon> = ephemeralContainerCommon;

const ephemeralContainer = objectWith(
  "io.k8s.api.core.v1.EphemeralContainer",
  {
    targetContainerName: field(2, string(), "Container whose processes it sees."),
  },
  inline(1, EphemeralContainerCommon),
);
/** A program added to a running pod for debugging. */
export interface EphemeralContainer extends TypeOf<typeof ephemeralContainer> {}
export const EphemeralContainer: ObjectSchema<EphemeralContainer> = ephemeralContainer.check(
  imageNamed,
  envSources,
  distinctPlaces,
);
