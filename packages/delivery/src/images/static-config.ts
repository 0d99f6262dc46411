// nginx's configuration in the static base image: what is fresh, what lasts, and what an address without a file shows.

/** Where nginx finds things; the image's own places, or a test's. */
export interface StaticServer {
  readonly port: number;
  /** Absolute path of the pages. */
  readonly pages: string;
  /** Folder of nginx's loadable modules. */
  readonly modules: string;
  readonly mimeTypes: string;
  readonly pid: string;
  readonly accessLog: string;
  readonly errorLog: string;
  /** Folder for temporary files. */
  readonly temporary: string;
  /** Line that names the user of worker processes; nothing where the master is not root. */
  readonly user?: string;
}

/** Files that are named by their content: never asked for again. Names need a letter and a digit or capital, as hashes have. */
const hashed = [
  "~^/(?:_next/static|_app/immutable|_nuxt|_astro)/",
  "~-(?=[\\w-]*[A-Z0-9])(?=[\\w-]*[A-Za-z])[\\w-]{8}\\.(?:js|mjs|css|woff2?|ttf|png|jpe?g|gif|svg|webp|avif|ico|wasm|mp4|webm|json|map)$",
  "~[.-](?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{8,64}\\.(?:chunk\\.)?(?:js|mjs|css|woff2?|ttf|png|jpe?g|gif|svg|webp|avif|ico|wasm|mp4|webm|json|map)$",
];

/** Addresses that name a file: when it is missing, the page of an application is no answer. */
const assets =
  "~*\\.(?:js|mjs|css|map|json|xml|txt|png|jpe?g|gif|svg|webp|avif|ico|woff2?|ttf|eot|wasm|mp4|webm|mp3|pdf|zip|gz|webmanifest)$";

const quote = (text: string): string => `"${text.replace(/\\/g, "\\\\")}"`;

const compressed = [
  "text/css",
  "text/plain",
  "text/javascript",
  "application/javascript",
  "application/json",
  "application/manifest+json",
  "application/wasm",
  "application/xml",
  "image/svg+xml",
];

const temporaries = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

/** The whole of nginx.conf. */
export function staticConfig(server: StaticServer): string {
  return `load_module ${server.modules}/ngx_http_headers_more_filter_module.so;
${server.user ?? ""}
worker_processes auto;
daemon off;
pid ${server.pid};
error_log ${server.errorLog} warn;
# SIGQUIT lets requests finish; this is for those that never do.
worker_shutdown_timeout 25s;
events {
  worker_connections 1024;
}
http {
  include ${server.mimeTypes};
  default_type application/octet-stream;
  charset utf-8;
  access_log ${server.accessLog} combined;
  sendfile on;
  tcp_nopush on;
  keepalive_timeout 65;
  server_tokens off;
  more_clear_headers Server;
${temporaries.map((name) => `  ${name}_temp_path ${server.temporary}/${name};`).join("\n")}
  gzip on;
  gzip_vary on;
  gzip_min_length 1024;
  gzip_comp_level 5;
  gzip_proxied any;
  gzip_types ${compressed.join(" ")};
${maps}
${serverBlock(server)}
}
`;
}

const maps = `  map $uri $freshness {
    default "no-cache";
${hashed.map((pattern) => `    ${quote(pattern)} "public, max-age=31536000, immutable";`).join("\n")}
  }
  map $uri $names_file {
    default 0;
    ${quote(assets)} 1;
  }`;

function serverBlock(server: StaticServer): string {
  return `  server {
    listen ${server.port} default_server;
    root ${server.pages};
    index index.html;
    absolute_redirect off;
    etag on;
    # The times of files follow from their content and mean no date: the ETag that is made from them is what counts.
    add_header Last-Modified "" always;
    add_header Cache-Control $freshness;
    add_header X-Content-Type-Options nosniff always;
    error_page 404 /404.html;
    location / {
      try_files $uri $uri.html $uri/ @without_file;
      error_page 403 = @without_file;
    }
    location @without_file {
      if ($names_file) {
        return 404;
      }
      if (-f $document_root/404.html) {
        return 404;
      }
      try_files /index.html =404;
    }
    location ~ /\\.(?!well-known/) {
      return 404;
    }
  }`;
}
