// Stock kubectl that keeps watching: tables, other forms, what starts at now, selections, and objects that come and go.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startCluster, type TestCluster } from "./cluster.ts";
import { follow } from "./follow.ts";
import { findKubectls } from "./kubectls.ts";
import { openStage, type Stage } from "./stage.ts";

const kubectls = await findKubectls();
let cluster: TestCluster;

before(async () => {
  cluster = await startCluster();
});
after(() => cluster.stop());

async function must(stage: Stage, line: string): Promise<void> {
  const { code, out } = await stage.shell(line);
  assert.equal(code, 0, `${line}: ${out}`);
}

for (const kubectl of kubectls) {
  const watch = (stage: Stage, args: string, until: RegExp, started?: () => void): Promise<string> =>
    follow(kubectl.path, ["get", ...args.split(" "), "-w"], {
      env: stage.env,
      until: (text) => until.test(text),
      ...(started && { started }),
    });

  test(`${kubectl.name}: what is there comes once, then each change (REST-19, WATCH-03)`, async () => {
    const stage = await openStage(cluster, kubectl, "watch");
    await must(stage, "kubectl create cm first --from-literal=a=1");
    const chosen = "cm --field-selector metadata.name!=kube-root-ca.crt";
    const table = watch(stage, chosen, /second +2 +\S+\n/, () => {
      must(stage, "kubectl create cm second --from-literal=a=1 --from-literal=b=2").catch(assert.ifError);
    });
    assert.match(await table, /^NAME +DATA +AGE\nfirst +1 +\S+\nsecond +2 +\S+\n$/);
    const names = watch(stage, `${chosen} -o name`, /third\n/, () => {
      must(stage, "kubectl delete cm first && kubectl create cm third").catch(assert.ifError);
    });
    assert.match(await names, /^configmap\/first\nconfigmap\/second\nconfigmap\/first\nconfigmap\/third\n$/);
    const events = watch(
      stage,
      `${chosen} --output-watch-events -o jsonpath={.type}/{.object.metadata.name};`,
      /third;$/,
    );
    assert.equal(await events, "ADDED/second;ADDED/third;");
  });

  test(`${kubectl.name}: a selection is left and entered, and a pod lives its life (WATCH-16)`, async () => {
    const stage = await openStage(cluster, kubectl, "select");
    await must(stage, "kubectl create cm one && kubectl label cm one x=1");
    const form = "--output-watch-events -o jsonpath={.type};";
    const selected = watch(stage, `cm -l x=1 ${form}`, /DELETED;ADDED;/, () => {
      must(stage, "kubectl label cm one x- && kubectl label cm one x=1").catch(assert.ifError);
    });
    assert.equal(await selected, "ADDED;DELETED;ADDED;");
    await must(stage, "kubectl run one --image=nginx");
    const life = await watch(stage, "pods", /Running.*Terminating/s, () => {
      must(stage, "kubectl wait --for=condition=Ready pod/one && kubectl delete pod one").catch(assert.ifError);
    });
    assert.match(life, /^NAME +READY +STATUS +RESTARTS +AGE\none +/);
    assert.equal(life.match(/NAME/g)?.length, 1);
  });

  test(`${kubectl.name}: --watch-only starts with what happens next`, async () => {
    const stage = await openStage(cluster, kubectl, "next");
    await must(stage, "kubectl create cm old");
    const steps = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `kubectl create cm new-${n}`).join("; ");
    const writing = stage.shell(steps);
    const text = await follow(kubectl.path, ["get", "cm", "--watch-only", "--no-headers"], {
      env: stage.env,
      until: (heard) => heard.includes("new-8"),
    });
    await writing;
    assert.doesNotMatch(text, /old|kube-root/);
  });
}

test("a stock kubectl is there", { skip: kubectls.length === 0 && "stock client kubectl is missing" }, () => {});
