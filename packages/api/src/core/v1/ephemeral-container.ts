// Ephemeral container: a program added to a running pod for debugging.
import { field, inline, type ObjectSchema, object, objectWith, string, type TypeOf } from "@knots/machinery";
import { containerFields } from "./container.ts";

const ephemeralContainerCommon = object("io.k8s.api.core.v1.EphemeralContainerCommon", containerFields);
export interface EphemeralContainerCommon extends TypeOf<typeof ephemeralContainerCommon> {}
export const EphemeralContainerCommon: ObjectSchema<EphemeralContainerCommon> = ephemeralContainerCommon;

const ephemeralContainer = objectWith(
  "io.k8s.api.core.v1.EphemeralContainer",
  {
    targetContainerName: field(2, string(), ""),
  },
  inline(1, EphemeralContainerCommon),
);
export interface EphemeralContainer extends TypeOf<typeof ephemeralContainer> {}
export const EphemeralContainer: ObjectSchema<EphemeralContainer> = ephemeralContainer;
