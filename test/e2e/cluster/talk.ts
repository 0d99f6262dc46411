// A WebSocket server in a pod that says good-bye before it ends, and the client's side of it.
import { ConfigMap, Deployment, Ingress, Service } from "@knots/api";
import type { Client } from "@knots/client";
import { BUILD_IMAGE } from "@knots/delivery";
import { WebSocket } from "ws";

/** Plain Node: accepts WebSockets, and on SIGTERM closes each with 1001 (going away) before it exits. */
const SERVER = `
const { createServer } = require("node:http");
const { createHash } = require("node:crypto");
const open = new Set();
const server = createServer((request, response) => response.end("ok"));
server.on("upgrade", (request, socket) => {
  const key = request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  const accept = createHash("sha1").update(key).digest("base64");
  socket.write("HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Accept: " + accept + "\\r\\n\\r\\n");
  open.add(socket);
  socket.on("close", () => open.delete(socket));
  socket.on("error", () => socket.destroy());
  socket.resume();
});
server.listen(80);
process.on("SIGTERM", () => {
  for (const socket of open) socket.end(Buffer.from([0x88, 2, 1001 >> 8, 1001 & 255]));
  server.close(() => process.exit(0));
});
`;

const namespace = "default";

/** Creates the server behind `host`. */
export async function createTalk(client: Client, name: string, host: string): Promise<void> {
  const labels = { app: name };
  const readinessProbe = { httpGet: { path: "/", port: 80 }, periodSeconds: 1 };
  const container = {
    name: "talk",
    image: BUILD_IMAGE,
    command: ["node", "/talk/server.cjs"],
    readinessProbe,
    volumeMounts: [{ name: "talk", mountPath: "/talk" }],
  };
  const spec = { containers: [container], volumes: [{ name: "talk", configMap: { name } }] };
  await client.create(ConfigMap, { metadata: { name, namespace }, data: { "server.cjs": SERVER } });
  await client.create(Deployment, {
    metadata: { name, namespace },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  });
  await client.create(Service, { metadata: { name, namespace }, spec: { selector: labels, ports: [{ port: 80 }] } });
  const path = { path: "/", pathType: "Prefix" as const, backend: { service: { name, port: { number: 80 } } } };
  await client.create(Ingress, { metadata: { name, namespace }, spec: { rules: [{ host, http: { paths: [path] } }] } });
}

/** Opens a WebSocket through ingress. */
export function connect(host: string, port: number): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { host } });
    socket.once("open", () => resolve(socket));
    socket.once("error", reject);
  });
}

/** The code with which the other side closes: 1001 is a good-bye, 1006 a broken line. */
export function closing(socket: WebSocket): Promise<number> {
  return new Promise((resolve) => {
    socket.once("close", resolve);
  });
}
