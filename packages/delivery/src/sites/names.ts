// Names, labels and annotations of everything that belongs to a site.
import { Site } from "@knots/api";
import { apiVersionOf, type KubeObject, type NamespacedMeta, type OwnerReference } from "@knots/machinery";

/** Label of every object of a site, its serving pods included; the value is the site's name. */
export const SITE_LABEL = "knots.dev/site";
/** Label of the pods that build; the value is the build's name. */
export const BUILD_LABEL = "knots.dev/build";
/** Annotations of serving pods: the release that they show and its commit. */
export const RELEASE_ANNOTATION = "knots.dev/release";
export const COMMIT_ANNOTATION = "knots.dev/commit";
/** Annotation of pods whose SIGTERM waits until the ingress sends them nothing any more. */
export const DRAIN_ANNOTATION = "knots.dev/drain";

/** Registry under which images of sites are named; every node maps it. */
export const REGISTRY = "registry.knots.internal";

/** Builds and the releases that come from them share the numbers of a site. */
export const numberedName = (site: string, number: number): string => `${site}-${number}`;
/** ConfigMap with the programs and settings of a site's builds. */
export const buildConfigName = (site: string): string => `${site}-build`;
/** Pod of a build, and the Secret with its tokens. */
export const buildPodName = (build: string): string => `${build}-build`;
/** Repository of a site's images, without the registry. */
export const imageRepository = (namespace: string, site: string): string => `${namespace}/${site}`;

/** Makes the site the managing owner of what carries it; deleting the site deletes that too. */
export const ownedBySite = (site: Site): readonly OwnerReference[] => [ownerReference(Site, site)];

/** A managing reference to `owner`. */
export function ownerReference(
  kind: { readonly group: string; readonly version: string; readonly kind: string },
  { metadata }: KubeObject,
): OwnerReference {
  const { name = "", uid = "" } = metadata;
  return { apiVersion: apiVersionOf(kind), kind: kind.kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The managing owner of an object. */
export const managerOf = ({ metadata }: KubeObject): OwnerReference | undefined =>
  metadata.ownerReferences?.find((reference) => reference.controller === true);

/** Whether the very site (not a namesake) manages the object. */
export const isOf = (site: Site, object: KubeObject): boolean => managerOf(object)?.uid === site.metadata.uid;

/** Whether a build or release may count as the site's: those of a deleted namesake do not. */
export const belongsTo = (site: Site, object: KubeObject): boolean => !managerOf(object) || isOf(site, object);

export const isLeaving = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined;

/** Metadata of an object of the site. */
export function partMeta(site: Site, name: string, change: Partial<NamespacedMeta> = {}) {
  const { labels, ...rest } = change;
  return {
    name,
    namespace: site.metadata.namespace,
    labels: { [SITE_LABEL]: site.metadata.name, "app.kubernetes.io/managed-by": "knots", ...labels },
    ownerReferences: ownedBySite(site),
    ...rest,
  };
}

/** `namespace/name` of the site that a build or release names. */
export const siteKeyOf = (object: {
  readonly metadata: { readonly namespace: string };
  readonly spec: { readonly site: string };
}): string => `${object.metadata.namespace}/${object.spec.site}`;

export const shortCommit = (commit: string | undefined): string => commit?.slice(0, 8) ?? "";
