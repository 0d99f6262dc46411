// Ingresses: whoever names a class as one did before the field is told of the field.
import type { Strategy } from "../registry/strategy.ts";

const CLASS = "kubernetes.io/ingress.class";

export const ingresses: Strategy = {
  warnings: ({ metadata }, old) =>
    old || metadata.annotations?.[CLASS] === undefined
      ? []
      : [`annotation "${CLASS}" is deprecated, please use 'spec.ingressClassName' instead`],
};
