import { testKnownDefects } from "../../testkit/store/known-defects.ts";
import { etcdEngine } from "./engine.ts";
testKnownDefects(etcdEngine("etcd"), { rounds: 4 });
