// One object of every built-in kind that clients create: small, taken by a server that has nothing but its own objects, and with some
// field of each form that bodies have (numbers, times, quantities, maps, bytes, ports by name or number, free JSON).

/** An object to create; those of namespaced kinds go to the namespace `default`. */
export interface Sample {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name?: string };
}

/** Asks for the name "somebody" with a key on P-256; base64 of the PEM. */
export const CERTIFICATE_REQUEST = Buffer.from(`-----BEGIN CERTIFICATE REQUEST-----
MIHMMHUCAQAwEzERMA8GA1UEAwwIc29tZWJvZHkwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASBjuII16blctmDOKIqVyWfGs9AQ7Q6wqka+gJsJ0YnivPTL1BvrxsH
4EVLGnRBg7kyZa6WI1LJTQbl7R2uHMYuoAAwCgYIKoZIzj0EAwIDRwAwRAIgHsWn
nhG+qPJQBJr9Os8hwm7kYJbk5ZmCupQKZPbLEYICIBKPkJovBE47h+KIGFdcB1x+
tr3DmkL3idI+4foJC7sR
-----END CERTIFICATE REQUEST-----
`).toString("base64");

const labels = { app: "sample" };
const metadata = { name: "sample", labels, annotations: { "example.com/note": "héllo" } };
const selector = { matchLabels: labels };
const podSpec = {
  containers: [
    {
      name: "main",
      image: "example.com/main:1",
      args: ["--verbose", ""],
      ports: [{ name: "http", containerPort: 8080 }],
      env: [
        { name: "A", value: "" },
        { name: "B", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
      ],
      resources: { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "1Gi" } },
      readinessProbe: { httpGet: { path: "/ready", port: "http" } },
      livenessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 5 },
      volumeMounts: [{ name: "data", mountPath: "/data", readOnly: true }],
    },
  ],
  volumes: [{ name: "data", emptyDir: { sizeLimit: "1Gi" } }],
  tolerations: [{ key: "example.com/only", operator: "Exists", effect: "NoExecute", tolerationSeconds: 0 }],
  terminationGracePeriodSeconds: 0,
  securityContext: { runAsUser: 0, sysctls: [{ name: "net.ipv4.tcp_syncookies", value: "1" }] },
};
const template = { metadata: { labels }, spec: podSpec };
const jobTemplate = { metadata: { labels }, spec: { ...podSpec, restartPolicy: "Never" } };
const rules = [{ apiGroups: ["apps"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["deployments"] }];
const webhook = {
  name: "check.example.com",
  clientConfig: { service: { namespace: "default", name: "check" }, caBundle: "" },
  rules,
  objectSelector: { matchExpressions: [{ key: "example.com/skip", operator: "DoesNotExist" }] },
  sideEffects: "None",
  admissionReviewVersions: ["v1"],
};
const devices = { requests: [{ name: "gpu", exactly: { deviceClassName: "sample" } }] };
const reference = { apiVersion: "v1", kind: "ConfigMap", name: "sample", namespace: "default" };
const subjects = [{ kind: "User", name: "jane", apiGroup: "rbac.authorization.k8s.io" }];
const roleRules = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"], resourceNames: ["one"] }];

type Body = Readonly<Record<string, unknown>>;
const of = (apiVersion: string, bodies: Readonly<Record<string, Body>>): readonly Sample[] =>
  Object.entries(bodies).map(([kind, body]) => ({
    apiVersion,
    kind,
    metadata: { ...metadata, ...(body["metadata"] as object | undefined) },
    ...Object.fromEntries(Object.entries(body).filter(([key]) => key !== "metadata")),
  }));

const core = of("v1", {
  Namespace: {},
  ConfigMap: { data: { text: "line\n", empty: "" }, binaryData: { bytes: "AAEC/w==" }, immutable: false },
  Secret: { data: { password: "c2VjcmV0" }, type: "Opaque" },
  ServiceAccount: { automountServiceAccountToken: false, imagePullSecrets: [{ name: "pull" }] },
  Endpoints: { subsets: [{ addresses: [{ ip: "10.1.2.3" }], ports: [{ port: 80, name: "http" }] }] },
  Event: { metadata: { name: "core.sample" }, involvedObject: reference, reason: "Tested", count: 1, type: "Normal" },
  Node: { spec: { taints: [{ key: "example.com/only", effect: "NoSchedule" }], unschedulable: true } },
  Pod: { spec: podSpec },
  Service: { spec: { selector: labels, ports: [{ name: "http", port: 80, targetPort: "http" }] } },
  LimitRange: { spec: { limits: [{ type: "Container", max: { cpu: "2" } }] } },
  ResourceQuota: { spec: { hard: { "count/widgets.example.com": "5" } } },
  PersistentVolumeClaim: {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1.5Gi" } }, storageClassName: "" },
  },
  PersistentVolume: {
    spec: { capacity: { storage: "1Gi" }, accessModes: ["ReadWriteOnce"], hostPath: { path: "/data" } },
  },
  PodTemplate: { template },
  ReplicationController: { spec: { replicas: 0, selector: labels, template } },
});

const workloads = [
  ...of("apps/v1", {
    Deployment: {
      spec: { replicas: 0, selector, template, strategy: { rollingUpdate: { maxSurge: "25%", maxUnavailable: 0 } } },
    },
    ReplicaSet: { spec: { replicas: 0, selector, template } },
    DaemonSet: { spec: { selector, template } },
    StatefulSet: { spec: { replicas: 0, selector, template, serviceName: "sample" } },
    ControllerRevision: { data: { any: [1, "two", null, { three: true }] }, revision: 1 },
  }),
  ...of("batch/v1", {
    Job: { spec: { template: jobTemplate, parallelism: 0 } },
    CronJob: { spec: { schedule: "*/5 * * * *", jobTemplate: { spec: { template: jobTemplate } }, suspend: true } },
  }),
  ...of("autoscaling/v2", {
    HorizontalPodAutoscaler: {
      spec: {
        scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "sample" },
        maxReplicas: 3,
        metrics: [
          { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 50 } } },
        ],
      },
    },
  }),
  ...of("autoscaling/v1", {
    HorizontalPodAutoscaler: {
      metadata: { name: "sample-of-v1" },
      spec: {
        scaleTargetRef: { kind: "Deployment", name: "sample" },
        maxReplicas: 3,
        targetCPUUtilizationPercentage: 50,
      },
    },
  }),
  ...of("policy/v1", { PodDisruptionBudget: { spec: { selector, minAvailable: "50%" } } }),
  ...of("scheduling.k8s.io/v1", { PriorityClass: { value: -5, globalDefault: false, description: "Low." } }),
];

const network = [
  ...of("discovery.k8s.io/v1", {
    EndpointSlice: {
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.1.2.3"], conditions: { ready: false } }],
      ports: [{ name: "", port: 80 }],
    },
  }),
  ...of("networking.k8s.io/v1", {
    IngressClass: { spec: { controller: "example.com/ingress" } },
    Ingress: { spec: { defaultBackend: { service: { name: "web", port: { number: 80 } } } } },
    NetworkPolicy: { spec: { podSelector: selector, egress: [{ ports: [{ port: 53, protocol: "UDP" }] }] } },
    IPAddress: {
      metadata: { name: "10.0.0.7" },
      spec: { parentRef: { resource: "services", namespace: "default", name: "web" } },
    },
    ServiceCIDR: { spec: { cidrs: ["10.1.0.0/24"] } },
  }),
  ...of("events.k8s.io/v1", {
    Event: {
      eventTime: "2026-01-01T00:00:00.123456Z",
      regarding: reference,
      reason: "Tested",
      action: "Testing",
      type: "Normal",
      reportingController: "example.com/tests",
      reportingInstance: "tests-1",
    },
  }),
  ...of("coordination.k8s.io/v1", {
    Lease: { spec: { holderIdentity: "me", leaseDurationSeconds: 15, renewTime: "2026-01-01T00:00:00.000001Z" } },
  }),
];

const storage = of("storage.k8s.io/v1", {
  StorageClass: { provisioner: "example.com/disk", mountOptions: ["ro"], allowVolumeExpansion: true },
  CSIDriver: { spec: { podInfoOnMount: true } },
  CSINode: { spec: { drivers: [{ name: "a.example.com", nodeID: "n1", allocatable: { count: 0 } }] } },
  CSIStorageCapacity: { storageClassName: "fast", capacity: "10Gi", nodeTopology: selector },
  VolumeAttachment: {
    spec: { attacher: "a.example.com", nodeName: "n1", source: { persistentVolumeName: "pv1" } },
  },
  VolumeAttributesClass: { driverName: "a.example.com", parameters: { iops: "100" } },
});

const access = [
  ...of("rbac.authorization.k8s.io/v1", {
    ClusterRole: { rules: roleRules, aggregationRule: { clusterRoleSelectors: [selector] } },
    ClusterRoleBinding: {
      subjects,
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" },
    },
    Role: { rules: roleRules },
    RoleBinding: { subjects, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "sample" } },
  }),
  ...of("certificates.k8s.io/v1", {
    CertificateSigningRequest: {
      spec: { request: CERTIFICATE_REQUEST, signerName: "example.com/clients", usages: ["client auth"] },
    },
  }),
  ...of("node.k8s.io/v1", { RuntimeClass: { handler: "runc", overhead: { podFixed: { memory: "64Mi" } } } }),
];

const policies = of("admissionregistration.k8s.io/v1", {
  ValidatingWebhookConfiguration: { webhooks: [webhook] },
  MutatingWebhookConfiguration: { webhooks: [webhook] },
  ValidatingAdmissionPolicy: {
    spec: { matchConstraints: { resourceRules: rules }, validations: [{ expression: "object.spec.replicas <= 5" }] },
  },
  ValidatingAdmissionPolicyBinding: { spec: { policyName: "sample", validationActions: ["Deny"] } },
  MutatingAdmissionPolicy: {
    spec: {
      matchConstraints: { resourceRules: rules },
      reinvocationPolicy: "Never",
      mutations: [{ patchType: "JSONPatch", jsonPatch: { expression: "[]" } }],
    },
  },
  MutatingAdmissionPolicyBinding: { spec: { policyName: "sample" } },
});

const extension = [
  ...of("apiextensions.k8s.io/v1", {
    CustomResourceDefinition: {
      metadata: { name: "shirts.example.com" },
      spec: {
        group: "example.com",
        scope: "Namespaced",
        names: { plural: "shirts", kind: "Shirt" },
        versions: [
          {
            name: "v1",
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: "object",
                properties: { size: { type: "integer", default: 3, enum: [3, 5], maximum: 5 } },
              },
            },
          },
        ],
      },
    },
  }),
  ...of("apiregistration.k8s.io/v1", {
    APIService: {
      metadata: { name: "v1beta1.metrics.example.com" },
      spec: {
        group: "metrics.example.com",
        version: "v1beta1",
        service: { namespace: "kube-system", name: "metrics", port: 443 },
        groupPriorityMinimum: 100,
        versionPriority: 100,
        insecureSkipTLSVerify: true,
      },
    },
  }),
  ...of("flowcontrol.apiserver.k8s.io/v1", {
    FlowSchema: {
      spec: {
        priorityLevelConfiguration: { name: "sample" },
        rules: [
          {
            subjects: [{ kind: "Group", group: { name: "example:nobody" } }],
            nonResourceRules: [{ verbs: ["get"], nonResourceURLs: ["/nowhere"] }],
          },
        ],
      },
    },
    PriorityLevelConfiguration: {
      spec: { type: "Limited", limited: { lendablePercent: 0, limitResponse: { type: "Queue", queuing: {} } } },
    },
  }),
];

const dynamic = of("resource.k8s.io/v1", {
  DeviceClass: { spec: { selectors: [{ cel: { expression: "device.driver == 'gpu.example.com'" } }] } },
  ResourceClaim: { spec: { devices } },
  ResourceClaimTemplate: { spec: { spec: { devices } } },
  ResourceSlice: {
    spec: {
      driver: "gpu.example.com",
      nodeName: "n1",
      pool: { name: "n1", generation: 1, resourceSliceCount: 1 },
      devices: [{ name: "gpu-0", attributes: { model: { string: "A" } }, capacity: { memory: { value: "8Gi" } } }],
    },
  },
});

const IMAGE = "registry.knots.internal/default/sample";
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const delivery = of("delivery.knots.dev/v1alpha1", {
  Site: { spec: { domains: ["sample.localhost"] } },
  Build: { spec: { site: "sample", number: 1, commit: COMMIT } },
  Release: {
    spec: {
      site: "sample",
      number: 1,
      image: `${IMAGE}@sha256:${"0".repeat(64)}`,
      routes: [{ host: "sample.localhost" }],
    },
  },
});

/** In an order in which each can be created. */
export const sampleObjects: readonly Sample[] = [
  ...core,
  ...workloads,
  ...network,
  ...storage,
  ...access,
  ...policies,
  ...extension,
  ...dynamic,
  ...delivery,
];
