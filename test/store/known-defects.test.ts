// The defects that etcd and kine are known for, tried on Debian's etcd behind the same interface. None is expected: its version has them mended.
import { skipWithoutEtcd } from "../../testkit/etcd/part.ts";
import { testKnownDefects } from "../../testkit/store/known-defects.ts";
import { etcdEngine } from "./engine.ts";

testKnownDefects(etcdEngine("etcd"), { skip: await skipWithoutEtcd(), rounds: 4 });
