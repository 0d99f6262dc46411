// The shared tests of the store on Debian's etcd: one member that is killed, and three behind TLS.
import { test } from "node:test";
import { skipWithoutEtcd } from "../../testkit/etcd/part.ts";
import { testBehaviour } from "../../testkit/store/behaviour.ts";
import { checkAgainstOracle } from "../../testkit/store/oracle-run.ts";
import { etcdEngine } from "./engine.ts";

const skip = await skipWithoutEtcd();
const single = etcdEngine("etcd");

testBehaviour(single, { skip });
testBehaviour(etcdEngine("etcd of three members, TLS", { members: 3, tls: true }), { skip });

test("etcd: every answer is the oracle's, with kill -9 in between", { skip, timeout: 300_000 }, () =>
  checkAgainstOracle(single, { runs: 5, length: 80 }),
);
