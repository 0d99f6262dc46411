// Public names of @knots/kubelet.
export {
  type Environment,
  type EnvironmentInput,
  type EnvironmentSources,
  environmentOf,
  type Variable,
} from "./env/environment.ts";
export { CreateContainerConfigError } from "./env/error.ts";
export { expand } from "./env/expand.ts";
export { fieldText, type PodAddresses } from "./env/field-ref.ts";
export { type References, referencesOf } from "./env/references.ts";
export { type Allocatable, resourceText } from "./env/resource-ref.ts";
