// A steady load of requests over keep-alive connections: every answer counted, every failure kept.
import { Agent, get } from "node:http";

export interface LoadReport {
  readonly sent: number;
  readonly failures: readonly string[];
}
/** A running load; `stop` waits for the answers under way. */
export interface Load {
  stop(): Promise<LoadReport>;
}

/** Sends `perSecond` requests a second to `host` at a local port until stopped. */
export function startLoad(options: { readonly host: string; readonly port: number; readonly perSecond: number }): Load {
  const { host, port, perSecond } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 20 });
  const failures: string[] = [];
  const running = new Set<Promise<void>>();
  let sent = 0;
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const call = get({ host: "127.0.0.1", port, headers: { host }, agent, timeout: 10_000 }, (response) => {
        response.resume();
        response.on("end", () => {
          if (response.statusCode !== 200) failures.push(`status ${response.statusCode}`);
          resolve();
        });
      });
      call.on("timeout", () => call.destroy(new Error("no answer within 10 s")));
      call.on("error", (error) => {
        failures.push(error.message);
        resolve();
      });
    });
  const timer = setInterval(() => {
    for (let count = 0; count < perSecond / 50; count++) {
      sent++;
      const request = one();
      running.add(request);
      void request.then(() => running.delete(request));
    }
  }, 20);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(running);
      agent.destroy();
      return { sent, failures };
    },
  };
}
