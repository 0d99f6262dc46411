// What real clients demand of the API, row by row. Tests carry the ids of the rows that they prove at the end of their names.

export type Priority = "P0" | "P1" | "P2";

export interface Row {
  readonly id: string;
  readonly priority: Priority;
  readonly clients: string;
  /** What the server does for them, in one line. */
  readonly demand: string;
  /** Why no test proves it yet. A row without it must be proved. */
  readonly open?: string;
}

export interface Group {
  /** The letters of its ids. */
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row[];
}

const wire = group(
  "WIR",
  "Wire, refusals and encodings",
  `
  01 P0 | Go clients | HTTP/1.1 and HTTP/2 on one TLS port, hundreds of watches on one connection
  02 P0 | kubectl, client-go | certificates and tokens on one port; system:masters needs no role
  03 P0 | all | every refusal is a Status with reason, code and details
  04 P0 | client-go | unknown groups and resources are 404, never an empty list
  05 P1 | client-go | a verb that a resource has not is 405 and names those it has
  06 P0 | typed Go clients | bodies in protobuf, of every built-in kind
  07 P1 | typed Go clients | answers in protobuf for those who prefer it
  08 P1 | typed Go clients | watches framed in protobuf
  09 P0 | dynamic clients | kinds without protobuf answer in JSON where JSON is welcome too
  10 P2 | client-go with CBOR | CBOR is refused so that clients go on in JSON
  11 P1 | kubectl, curl | YAML in and out
  12 P1 | all | 406 when nothing that is accepted can be made
  13 P1 | all | 415 for unknown bodies, with those that are read
  14 P2 | large lists | answers from 128 KiB on are compressed on request
  15 P1 | all | every answer has an Audit-ID, the caller's where there is one
  16 P1 | kubectl | warnings arrive as headers and are printed
  17 P1 | all | 429 and 503 say when to come again, and clients do
  18 P2 | fairness clients | answers name flow schema and priority level, which exist as objects
  19 P1 | helm, kubectl | the words of refusals are upstream's
  20 P1 | all | a request that takes too long ends with 504 at its own limit
  21 P2 | all | bodies above 3 MiB are 413, ConfigMaps and Secrets hold 1 MiB
  22 P1 | operators | health in details and single checks; not ready while draining
  23 P2 | HTTP clients | slashes, dots, colons and percent signs in paths mean what they say
  24 P2 | browsers | answers to other origins where the configuration allows it
`,
);

const discovery = group(
  "DSC",
  "Discovery, version, OpenAPI",
  `
  01 P0 | kubectl, client-go 1.26+ | the whole discovery in two requests, named by its content type
  02 P1 | clients up to 1.32 | the same in v2beta1 for those who ask for it
  03 P0 | all | discovery in single documents says the same as the aggregated one
  04 P0 | kubectl | resources with short names, categories, subresources, storage hashes
  05 P0 | kubectl drain | pods/eviction is a policy/v1 Eviction
  06 P0 | kubectl scale, autoscalers | scale subresources are autoscaling/v1 Scales
  07 P1 | Argo CD, Velero | the preferred version of a group is its first
  08 P1 | garbage and quota controllers | verbs are those that work
  09 P0 | operators | custom kinds come and go in discovery with their definition | waits for custom resources
  10 P2 | clients of several servers | profile=nopeer is accepted
  11 P1 | client-go's disk cache | discovery and OpenAPI are 304 when nothing changed
  12 P0 | kubectl, helm, k9s | a version that parses, with all its fields
  13 P1 | helm charts | the version fits ranges that charts ask for
  14 P0 | kubectl, helm, Argo CD | OpenAPI v3 by group and version, with hashes and fieldValidation on every patch
  15 P0 | Argo CD, kubectl explain | OpenAPI v2 in gnostic protobuf
  16 P0 | Argo CD | no reference leads nowhere, no kind is defined twice
  17 P1 | Terraform, generators | OpenAPI v2 as JSON by default
  18 P1 | MIME parsers | media types with @ in them are understood
  19 P1 | kubectl explain | schemas name their kinds, describe fields and tell how lists merge
  20 P1 | kubectl apply | client-side three-way merges know the keys of lists
  21 P0 | kubectl apply | schemas of custom kinds are published within seconds | waits for custom resources
  22 P2 | kubectl-validate, editors | OpenAPI v3 in protobuf
  23 P2 | token verifiers | the issuer's configuration and keys
`,
);

const semantics = group(
  "REST",
  "Create, update, patch, delete",
  `
  01 P0 | all | codes and bodies of creation, replacement and deletion
  02 P0 | all | generated names, uid, creation time and generation
  03 P0 | controllers | generation counts changes of the spec; spec and status have a door each
  04 P0 | controllers | a stale version is a conflict, none is a blind update
  05 P0 | all | JSON patch, merge patch, strategic merge patch with its directives
  06 P0 | all | strategic patches of custom kinds are 415
  07 P1 | helm, Argo CD, Flux, kubectl | dry runs check everything and leave nothing
  08 P0 | kubectl, helm 4 | unknown and repeated fields are refused, warned of or ignored, as asked
  09 P0 | client-go | a write that changes nothing makes no version and no event
  10 P1 | all | options of a deletion in the body or in the query
  11 P1 | kubectl delete --wait | the answer to a deletion has the uid
  12 P1 | namespace controller, users | collections are deleted by labels and fields
  13 P1 | all | field managers are at most 128 characters and default to the user agent
  14 P1 | all | what cannot change is refused in upstream's words
  15 P1 | all | upstream's defaults, on writing and on reading
  16 P1 | all | faults with path and type, one cause each
  17 P2 | all | owners of fields may be left out on request | begins upstream with 1.37
  18 P0 | kubectl get | tables made by the server, with upstream's columns
  19 P1 | kubectl get -w | events of a watch as tables of one row, bookmarks without rows
  20 P1 | garbage collectors, metadata clients | metadata alone on get, list and watch; a Status stays one
`,
);

const apply = group(
  "SSA",
  "Apply on the server",
  `
  01 P0 | helm 4, Flux, kubectl | an apply creates what is not there and merges by the schema
  02 P0 | helm 4, Flux, kubectl | entries by manager, operation, version and subresource, fields in canonical form
  03 P0 | helm 4, Flux, kubectl | conflicts by field, and force
  04 P0 | helm 4, Flux, kubectl | what is no longer applied goes; lists by key, sets and atoms
  05 P1 | controllers | status is owned apart from the spec
  06 P1 | kubectl, helm, Flux | the way from client-side apply and back
  07 P1 | Flux, Argo CD | a dry run shows the result; a second one differs in nothing
  08 P1 | controller-runtime | a version in the applied object is a precondition
  09 P1 | custom kinds | applies by a definition's schema, or by what the objects show | waits for custom resources
  10 P1 | all | updates are recorded; times move with the fields
  11 P2 | autoscaler | a scale owns the number in the object
`,
);

const watches = group(
  "WATCH",
  "List and watch",
  `
  01 P0 | client-go 0.35+ | initial events end with a bookmark that says so, on empty kinds too
  02 P0 | client-go 0.35+ | where that cannot be had it is refused at once
  03 P0 | informers | nothing is told again to who named a version
  04 P0 | all | every event after a version, once and in order
  05 P0 | all | a history that is gone is 410, at the start or as an event
  06 P0 | all | a version of the future is waited for, then 504 with its cause
  07 P0 | stale-read guards | versions are growing decimal numbers, comparable
  08 P0 | all | a list has the version of its snapshot; a watch from there misses nothing
  09 P0 | all | resourceVersion and resourceVersionMatch in every combination
  10 P0 | kubectl, pagers | pages of one version, with the number that remains
  11 P1 | pagers | a page that came too late gets a token to go on
  12 P0 | informers | watches end at their time, cleanly
  13 P0 | informers | an idle watch stays open
  14 P1 | informers | bookmarks once a minute, of the kind, with nothing but the version
  15 P0 | all | objects in events name kind and version
  16 P0 | all | entering a selection is ADDED, leaving it DELETED
  17 P0 | all | a deletion shows the last state at its own version
  18 P0 | all | watches side by side see one order
  19 P0 | kubelet, scheduler, kubectl | the field selectors of each kind, others are 400
  20 P1 | kubectl events | selectors of events in both groups
  21 P0 | all | label selectors in every form, on lists, watches and collections
  22 P1 | old clients | paths with /watch/
  23 P1 | browsers | watches over WebSocket
  24 P1 | Node and Python clients | one line for each event, at once
  25 P1 | kubectl wait | a watch of one object, by path or by selector
  26 P1 | large clusters | who does not read is ended, not buffered
  27 P2 | sharded controllers | shards of a watch are refused cleanly
  28 P1 | stale-read guards | versions of all kinds come from one sequence
`,
);

const kubectl = group(
  "KCTL",
  "kubectl, command by command",
  `
  01 P0 | kubectl | apply from files and folders, on the server, with pruning and apply sets
  02 P0 | kubectl | create in all its forms, replace, edit, patch, set
  03 P0 | kubectl | get in every output form, sorted, watched, in chunks
  04 P0 | kubectl | describe of every kind
  05 P0 | kubectl | delete: waiting, cascading, with grace, by force, selected
  06 P0 | kubectl | rollout of Deployments, StatefulSets and DaemonSets
  07 P0 | kubectl | wait for conditions, fields, creation and deletion
  08 P0 | kubectl | logs, exec, attach, cp, port-forward, debug
  09 P1 | kubectl | events, of one object and watched
  10 P1 | kubectl | top | waits for metrics of nodes and pods
  11 P1 | kubectl | drain, cordon, uncordon, taint
  12 P1 | kubectl | auth can-i, whoami, reconcile
  13 P1 | kubectl | certificate approve and deny
  14 P1 | kubectl | create token
  15 P1 | kubectl | explain, from both versions of OpenAPI
  16 P1 | kubectl | diff, with its exit codes
  17 P1 | kubectl | api-resources, api-versions, cluster-info with dump, version
  18 P1 | kubectl | autoscale, scale, expose, run, label, annotate
  19 P2 | kubectl | proxy, get --raw, kuberc, plugins
`,
);

const libraries = group(
  "LIB",
  "Client libraries",
  `
  01 P0 | client-go | everything that a Go client needs, as seen through kubectl
  02 P0 | controller-runtime | mapping of kinds by discovery, whole or group by group
  03 P0 | leader electors | Leases are created, read and updated with conflicts
  04 P0 | controller-runtime | watches of metadata, patches of status, clients of subresources
  05 P1 | envtest | kube-apiserver and etcd as programs with upstream's flags | kts apiserver takes upstream's flags, but nothing stands in for etcd as a program
  06 P1 | envtest | the embedded cluster has garbage collection, workloads and nodes
  07 P1 | @kubernetes/client-node | informers go on after 410; exec over WebSocket
  08 P1 | Python client, kopf | JSON, watch streams, dates
  09 P1 | fabric8, Quarkus | watches over WebSocket, from version 0
  10 P1 | kube-rs | streaming lists, matches of versions, pages, 410 as an event
  11 P2 | generated clients | an OpenAPI v2 that is complete
`,
);

const embedded = group(
  "EMB",
  "In a test",
  `
  01 P0 | tests | a cluster starts in milliseconds, without Docker or downloads
  02 P0 | tests | many clusters in one process, and closing leaves nothing
  03 P0 | tests | back to a mark in milliseconds
  04 P0 | tests | time, names and ids of the test's own; one seed, one history
  05 P1 | tests | faults on demand: refusals, lost answers, gaps, stale reads
  06 P1 | tests | simulated nodes with scripts, or real ones | simulated pods have scripts, but those are not stages of KWOK
  07 P1 | tests | works without a network
  08 P1 | tests | webhooks answered by the test's own process | waits for webhooks
  09 P1 | tests in other languages | one command gives a kubeconfig and ends with its parent | kts up has no form that ends with its parent
`,
);

export const groups: readonly Group[] = [wire, discovery, semantics, apply, watches, kubectl, libraries, embedded];

/** Groups whose rows are not listed yet: tests may name them, and nobody counts them. */
export const unlisted: readonly string[] = "LIFE AUTH ADM CRD AGG STRM HELM GIT ECO UI IAC CORE NODE CONF".split(" ");

/** Rows are lines of `number priority | clients | demand`, and `| why it is open` where it is. */
function group(name: string, title: string, text: string): Group {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return { name, title, rows: lines.map((line) => parseRow(name, line)) };
}

function parseRow(name: string, line: string): Row {
  const [, number, priority, clients, demand, open] =
    /^ *(\d\d) (P[012]) \| ([^|]+) \| ([^|]+?)(?: \| ([^|]+))?$/.exec(line) ?? [];
  if (!isPriority(priority) || clients === undefined || demand === undefined)
    throw new Error(`not a row of ${name}: ${line}`);
  return { id: `${name}-${number}`, priority, clients, demand, ...(open !== undefined && { open }) };
}

function isPriority(text: string | undefined): text is Priority {
  return text === "P0" || text === "P1" || text === "P2";
}
