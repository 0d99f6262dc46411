// Keys of labels and annotations that components and clients agree on.

/** Role of a node: the part after the slash; the value is empty. */
export const NODE_ROLE_LABEL_PREFIX = "node-role.kubernetes.io/";
/** Older label whose value is a node's role. */
export const NODE_ROLE_LEGACY_LABEL = "kubernetes.io/role";
export const CONTROL_PLANE_LABEL = "node-role.kubernetes.io/control-plane";
/** Keeps a node out of load balancers. */
export const EXCLUDE_BALANCERS_LABEL = "node.kubernetes.io/exclude-from-external-load-balancers";

/** Host name of a node. */
export const HOSTNAME_LABEL = "kubernetes.io/hostname";
export const ARCH_LABEL = "kubernetes.io/arch";
export const OS_LABEL = "kubernetes.io/os";
export const ZONE_LABEL = "topology.kubernetes.io/zone";
export const REGION_LABEL = "topology.kubernetes.io/region";
export const INSTANCE_TYPE_LABEL = "node.kubernetes.io/instance-type";

/** Name of a namespace, as a label that the server sets. */
export const NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name";

/** Service that an EndpointSlice belongs to. */
export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";
/** Component that manages an EndpointSlice. */
export const ENDPOINT_SLICE_MANAGED_BY_LABEL = "endpointslice.kubernetes.io/managed-by";
/** Set on Endpoints whose slices are made by somebody else. */
export const ENDPOINT_SLICE_SKIP_MIRROR_LABEL = "endpointslice.kubernetes.io/skip-mirror";
/** Marks the endpoints of a headless service. */
export const HEADLESS_SERVICE_LABEL = "service.kubernetes.io/headless";
/** Another proxy than the standard one serves this service. */
export const SERVICE_PROXY_NAME_LABEL = "service.kubernetes.io/service-proxy-name";
/** Since when an endpoints object has been changed by a trigger; RFC 3339. */
export const LAST_CHANGE_TRIGGER_ANNOTATION = "endpoints.kubernetes.io/last-change-trigger-time";

/** Hash of the template that a replica set and its pods come from. */
export const POD_TEMPLATE_HASH_LABEL = "pod-template-hash";
/** Revision of a deployment, on it and on its replica sets. */
export const REVISION_ANNOTATION = "deployment.kubernetes.io/revision";
/** Earlier revisions that a replica set has stood for. */
export const REVISION_HISTORY_ANNOTATION = "deployment.kubernetes.io/revision-history";
/** Replicas that the deployment wanted when it last sized a replica set. */
export const DESIRED_REPLICAS_ANNOTATION = "deployment.kubernetes.io/desired-replicas";
/** Replicas with surge that the deployment allowed then. */
export const MAX_REPLICAS_ANNOTATION = "deployment.kubernetes.io/max-replicas";
/** Pods with a lower cost are removed first. */
export const POD_DELETION_COST_ANNOTATION = "controller.kubernetes.io/pod-deletion-cost";
/** What changed, as people wrote it. */
export const CHANGE_CAUSE_ANNOTATION = "kubernetes.io/change-cause";
/** The object that was last applied by a client. */
export const LAST_APPLIED_ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
/** When a rollout was last asked to restart its pods. */
export const RESTARTED_AT_ANNOTATION = "kubectl.kubernetes.io/restartedAt";
/** Container that logs and exec choose unless told otherwise. */
export const DEFAULT_CONTAINER_ANNOTATION = "kubectl.kubernetes.io/default-container";

/** Service account that a token secret belongs to, and its UID. */
export const SERVICE_ACCOUNT_NAME_ANNOTATION = "kubernetes.io/service-account.name";
export const SERVICE_ACCOUNT_UID_ANNOTATION = "kubernetes.io/service-account.uid";

/** Class of an ingress, as it was named before `ingressClassName`. */
export const INGRESS_CLASS_ANNOTATION = "kubernetes.io/ingress.class";
/** Makes an ingress class the one for ingresses without a class. */
export const DEFAULT_INGRESS_CLASS_ANNOTATION = "ingressclass.kubernetes.io/is-default-class";
/** Makes a storage class the one for claims without a class; the second is its older name. */
export const DEFAULT_STORAGE_CLASS_ANNOTATION = "storageclass.kubernetes.io/is-default-class";
export const DEFAULT_STORAGE_CLASS_LEGACY_ANNOTATION = "storageclass.beta.kubernetes.io/is-default-class";

/** Where a static pod comes from, and the hash of its manifest. */
export const CONFIG_SOURCE_ANNOTATION = "kubernetes.io/config.source";
export const CONFIG_HASH_ANNOTATION = "kubernetes.io/config.hash";
export const CONFIG_MIRROR_ANNOTATION = "kubernetes.io/config.mirror";

/** Whether a bootstrap role is brought back to its first state when the server starts. */
export const RBAC_AUTOUPDATE_ANNOTATION = "rbac.authorization.kubernetes.io/autoupdate";
/** Marks what the server itself sets up. */
export const BOOTSTRAPPING_LABEL = "kubernetes.io/bootstrapping";

/** Pod condition that becomes True when no more traffic is sent to the pod. */
export const TRAFFIC_RELEASED_CONDITION = "knots.dev/traffic-released";
/** A request of this machine that carries the first header is told in the second which pod's address answered it. */
export const LOOK_HEADER = "x-knots-look";
export const SERVED_BY_HEADER = "x-knots-served-by";
/** Site, build and release that an object belongs to. */
export const SITE_LABEL = "delivery.knots.dev/site";
export const BUILD_LABEL = "delivery.knots.dev/build";
export const RELEASE_LABEL = "delivery.knots.dev/release";

/** Who manages an object, and which application it is part of. */
export const MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";
export const APP_NAME_LABEL = "app.kubernetes.io/name";
