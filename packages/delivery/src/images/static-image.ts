// The static base image: nginx for finished pages, nothing else.
import { commonItems, defaultPath, type ImageRecipe } from "@knots/host";
import { REGISTRY_SERVICE } from "../access/names.ts";
import { SITE_ROOT } from "../pack/site-root.ts";
import { STATIC_REPOSITORY } from "../registry/scope.ts";
import { staticConfig } from "./static-config.ts";

/** Port on which the image serves. */
export const STATIC_PORT = 80;
export const STATIC_TAG = "1";
export const STATIC_IMAGE = `${REGISTRY_SERVICE}/${STATIC_REPOSITORY}:${STATIC_TAG}`;

const config = staticConfig({
  port: STATIC_PORT,
  pages: `/${SITE_ROOT}`,
  modules: "/usr/lib/nginx/modules",
  mimeTypes: "/etc/nginx/mime.types",
  pid: "/run/nginx.pid",
  accessLog: "/dev/stdout",
  errorLog: "/dev/stderr",
  temporary: "/tmp",
  user: "user www-data;",
});

const waiting = `<!doctype html>
<meta charset="utf-8">
<title>Knots</title>
<p>There is nothing here yet: push the site.</p>
`;

export const staticImage: ImageRecipe = {
  name: "static",
  tags: [STATIC_IMAGE],
  packages: ["nginx", "nginx-common", "libnginx-mod-http-headers-more-filter"],
  items: [
    ...commonItems,
    { take: "usr/sbin/nginx" },
    { take: "etc/nginx/mime.types" },
    { take: "usr/lib/nginx/modules/ngx_http_headers_more_filter_module.so" },
    { path: "etc/nginx/nginx.conf", text: config },
    { path: `${SITE_ROOT}/index.html`, text: waiting },
    { path: "var/log/nginx", directory: true },
    { path: "var/lib/nginx", directory: true, owner: 33 },
  ],
  run: {
    ExposedPorts: { [`${STATIC_PORT}/tcp`]: {} },
    Env: [defaultPath],
    Entrypoint: ["/usr/sbin/nginx"],
    StopSignal: "SIGQUIT",
  },
};
