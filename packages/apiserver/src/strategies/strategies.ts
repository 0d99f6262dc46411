// Every kind with rules of its own, as one explicit list.
import type { Strategies } from "../registry/strategy.ts";
import { apiServices } from "./api-services.ts";
import { certificateSigningRequests } from "./certificate-signing-requests.ts";
import { customResourceDefinitions } from "./custom-resource-definitions.ts";
import { daemonSets } from "./daemon-sets.ts";
import { events } from "./events.ts";
import { ingresses } from "./ingresses.ts";
import { jobs } from "./jobs.ts";
import { leases } from "./leases.ts";
import { namespaces } from "./namespaces.ts";
import { pods } from "./pods.ts";
import { priorityClasses } from "./priority-classes.ts";
import { replicationControllers } from "./replication-controllers.ts";
import { secrets } from "./secrets.ts";
import { warnsOfPod } from "./template-warnings.ts";
import { persistentVolumeClaims, persistentVolumes } from "./volumes.ts";

const inTemplate = warnsOfPod("spec", "template", "spec");

/** Strategies of built-in kinds that need no parts of the server. */
export const builtinStrategies: Strategies = {
  "/events": events,
  "/namespaces": namespaces,
  "/persistentvolumeclaims": persistentVolumeClaims,
  "/persistentvolumes": persistentVolumes,
  "/pods": { ...pods, ...warnsOfPod("spec") },
  "/podtemplates": warnsOfPod("template", "spec"),
  "/replicationcontrollers": { ...replicationControllers, ...inTemplate },
  "/secrets": secrets,
  "apps/daemonsets": { ...daemonSets, ...inTemplate },
  "apps/deployments": inTemplate,
  "apps/replicasets": inTemplate,
  "apps/statefulsets": inTemplate,
  "batch/cronjobs": warnsOfPod("spec", "jobTemplate", "spec", "template", "spec"),
  "batch/jobs": { ...jobs, ...inTemplate },
  "apiextensions.k8s.io/customresourcedefinitions": customResourceDefinitions,
  "apiregistration.k8s.io/apiservices": apiServices,
  "certificates.k8s.io/certificatesigningrequests": certificateSigningRequests,
  "coordination.k8s.io/leases": leases,
  "networking.k8s.io/ingresses": ingresses,
  "scheduling.k8s.io/priorityclasses": priorityClasses,
};
