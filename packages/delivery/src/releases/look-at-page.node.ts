// Looks at a page through the ingress of this machine, and is told which pod answered.
import { get } from "node:http";
import { LOOK_HEADER, SERVED_BY_HEADER } from "@knots/api";
import type { LookAtPage } from "./seen-loop.ts";

/** Milliseconds that a page may take. */
const TIMEOUT = 2000;

/** The port that the loop looks through; `port` is that of sites over HTTP on loopback. */
export const createLookAtPage =
  (port: number): LookAtPage =>
  ({ host, path }, signal) =>
    new Promise((resolve) => {
      const headers = { host, [LOOK_HEADER]: "1" };
      const call = get({ host: "127.0.0.1", port, path, headers, agent: false, timeout: TIMEOUT, signal }, (answer) => {
        answer.resume();
        const by = answer.headers[SERVED_BY_HEADER];
        resolve((answer.statusCode ?? 500) < 500 && typeof by === "string" ? by : undefined);
      });
      call.on("timeout", () => call.destroy());
      call.on("error", () => resolve(undefined));
    });
