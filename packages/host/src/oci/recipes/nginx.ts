// nginx with the behaviour that manifests expect: port 80, /usr/share/nginx/html, logs on stdout and stderr.
import { commonItems, defaultPath, type ImageRecipe } from "../recipe.ts";

const mainConfig = `user www-data;
worker_processes auto;
error_log /var/log/nginx/error.log notice;
pid /run/nginx.pid;
events {
  worker_connections 1024;
}
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /var/log/nginx/access.log combined;
  sendfile on;
  keepalive_timeout 65;
  include /etc/nginx/conf.d/*.conf;
}
`;

const defaultSite = `server {
  listen 80;
  listen [::]:80;
  server_name localhost;
  location / {
    root /usr/share/nginx/html;
    index index.html index.htm;
  }
}
`;

const versions = [
  "latest",
  "stable",
  "1.14.2",
  "1.16.1",
  "1.20.0",
  "1.20.2",
  "1.21",
  "1.21.0",
  "1.22.0",
  "1.25",
  "1.27",
];
const alpine = ["alpine", "1.20.2-alpine", "1.21-alpine", "1.25-alpine"];

export const nginx: ImageRecipe = {
  name: "nginx",
  tags: [...versions, ...alpine].map((tag) => `nginx:${tag}`),
  packages: ["nginx", "nginx-common", "busybox-static", "bash"],
  items: [
    ...commonItems,
    { take: "usr/sbin/nginx" },
    { take: "etc/nginx/mime.types" },
    { take: "etc/nginx/fastcgi_params" },
    { take: "usr/share/nginx/html" },
    { take: "bin/bash" },
    { take: "bin/busybox" },
    { applets: "bin/busybox", folder: "bin" },
    { path: "etc/nginx/nginx.conf", text: mainConfig },
    { path: "etc/nginx/conf.d/default.conf", text: defaultSite },
    { path: "var/log/nginx/access.log", link: "/dev/stdout" },
    { path: "var/log/nginx/error.log", link: "/dev/stderr" },
    { path: "var/lib/nginx", directory: true, owner: 33 },
  ],
  run: {
    ExposedPorts: { "80/tcp": {} },
    Env: [defaultPath],
    Cmd: ["nginx", "-g", "daemon off;"],
    StopSignal: "SIGQUIT",
  },
};
