// HAProxy's configuration: fixed frontends, spare backends, everything else changed at run time.
import { LOOK_HEADER, SERVED_BY_HEADER } from "@knots/api";
import { type Assignment, type Slot, siteName, slotName } from "./assignment.ts";

/** What the configuration is made from. */
export interface ConfigOptions {
  /** Local addresses on which sites answer. */
  readonly addresses: readonly string[];
  readonly httpPort: number;
  readonly httpsPort: number;
  /** Folder of sockets, maps and certificates. */
  readonly folder: string;
  /** Body of the answer to requests that no route takes. */
  readonly notFound?: string;
}

/** Files and sockets below the folder. */
export function filesOf(folder: string) {
  return {
    config: `${folder}/haproxy.cfg`,
    socket: `${folder}/haproxy.sock`,
    master: `${folder}/master.sock`,
    certificates: `${folder}/certificates`,
    certificateList: `${folder}/certificates.list`,
    map: (name: string) => `${folder}/${name}.map`,
    assignment: `${folder}/assignment.json`,
  } as const;
}

function serverLine(slot: Slot, index: number): string {
  if (slot.state === "maint" || slot.address === undefined) return `  server ${slotName(index)} 0.0.0.0:80 disabled`;
  return `  server ${slotName(index)} ${slot.address}:${slot.port}${slot.state === "drain" ? " weight 0" : ""}`;
}

function backendLines({ sites }: Assignment): readonly string[] {
  return sites.flatMap((site, index) => [
    `backend ${siteName(index)}`,
    "  balance leastconn",
    "  option forwardfor",
    "  http-request set-header X-Forwarded-Proto https if { ssl_fc }",
    "  http-request set-header X-Forwarded-Proto http if !{ ssl_fc }",
    "  http-request set-header X-Forwarded-Host %[req.hdr(host)]",
    ...site.slots.map(serverLine),
    "",
  ]);
}

function lookups(folder: string): readonly string[] {
  const { map } = filesOf(folder);
  const found = "!{ var(txn.site) -m found }";
  const look = (key: string, how: string, name: string): string =>
    `  http-request set-var(txn.site) var(txn.${key}),${how}(${map(name)}) if ${found}`;
  return [
    "  http-request set-var(txn.host) req.hdr(host),field(1,:),lower",
    "  http-request set-var(txn.domain) var(txn.host),regsub(^[^.]*,)",
    '  http-request set-var-fmt(txn.exact) "%[var(txn.host)]%[path]"',
    '  http-request set-var-fmt(txn.prefix) "%[var(txn.host)]%[path]/"',
    '  http-request set-var-fmt(txn.wildexact) "%[var(txn.domain)]%[path]"',
    '  http-request set-var-fmt(txn.wildprefix) "%[var(txn.domain)]%[path]/"',
    '  http-request set-var-fmt(txn.anyexact) "*%[path]"',
    '  http-request set-var-fmt(txn.anyprefix) "*%[path]/"',
    look("exact", "map_str", "exact"),
    look("prefix", "map_beg", "prefix"),
    look("wildexact", "map_str", "wildcardExact"),
    look("wildprefix", "map_beg", "wildcardPrefix"),
    look("anyexact", "map_str", "exact"),
    look("anyprefix", "map_beg", "prefix"),
  ];
}

/** Whoever on this machine asks for it is told who answered; strangers are not, and backends never see the question. */
function looks(): readonly string[] {
  return [
    `  http-request set-var(txn.look) bool(true) if { src 127.0.0.0/8 } { req.hdr(${LOOK_HEADER}) -m found }`,
    `  http-request del-header ${LOOK_HEADER}`,
    `  http-response set-header ${SERVED_BY_HEADER} %si if { var(txn.look) -m bool }`,
  ];
}

/** The whole file. What is assigned stands in it too, so that a restarted HAProxy serves at once. */
export function configText(assignment: Assignment, options: ConfigOptions): string {
  const { addresses, httpPort, httpsPort, folder, notFound = "No site answers here.\\n" } = options;
  const files = filesOf(folder);
  const lines = [
    "global",
    `  stats socket ${files.socket} mode 600 level admin expose-fd listeners`,
    "  stats timeout 1h",
    "  maxconn 8000",
    "  hard-stop-after 60s",
    "  ssl-default-bind-options ssl-min-ver TLSv1.2",
    "  tune.ssl.default-dh-param 2048",
    "",
    "defaults",
    "  mode http",
    "  timeout connect 5s",
    "  timeout client 60s",
    "  timeout server 60s",
    "  timeout tunnel 1h",
    "  timeout http-request 10s",
    "  timeout http-keep-alive 60s",
    "  timeout queue 10s",
    "  retries 3",
    "  option redispatch 1",
    "  retry-on conn-failure",
    "",
    "frontend web",
    ...addresses.map((address) => `  bind ${address}:${httpPort}`),
    ...addresses.map(
      (address) => `  bind ${address}:${httpsPort} ssl crt-list ${files.certificateList} alpn h2,http/1.1`,
    ),
    ...looks(),
    ...lookups(folder),
    `  http-request return status 404 content-type text/plain string "${notFound}" if !{ var(txn.site) -m found }`,
    "  use_backend %[var(txn.site)]",
    "",
    ...backendLines(assignment),
  ];
  return `${lines.join("\n")}\n`;
}
