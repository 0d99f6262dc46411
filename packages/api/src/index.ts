// Public names of @knots/api.
export { MatchCondition, MatchResources } from "./admissionregistration/v1/match.ts";
export {
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicySpec,
} from "./admissionregistration/v1/mutating-admission-policy.ts";
export { MutatingAdmissionPolicyBinding } from "./admissionregistration/v1/mutating-admission-policy-binding.ts";
export {
  MutatingWebhook,
  MutatingWebhookConfiguration,
} from "./admissionregistration/v1/mutating-webhook-configuration.ts";
export { ParamKind, ParamRef, Variable } from "./admissionregistration/v1/policy-parts.ts";
export { NamedRuleWithOperations, RuleWithOperations } from "./admissionregistration/v1/rule.ts";
export {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicySpec,
  Validation,
} from "./admissionregistration/v1/validating-admission-policy.ts";
export { ValidatingAdmissionPolicyBinding } from "./admissionregistration/v1/validating-admission-policy-binding.ts";
export {
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from "./admissionregistration/v1/validating-webhook-configuration.ts";
export { WebhookClientConfig } from "./admissionregistration/v1/webhook-client.ts";
export {
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionStatus,
  CustomResourceDefinitionVersion,
} from "./apiextensions/v1/custom-resource-definition.ts";
export { JSONSchemaProps } from "./apiextensions/v1/json-schema.ts";
export { APIService, APIServiceSpec, APIServiceStatus } from "./apiregistration/v1/api-service.ts";
export { ControllerRevision } from "./apps/v1/controller-revision.ts";
export {
  DaemonSet,
  DaemonSetCondition,
  DaemonSetSpec,
  DaemonSetStatus,
  DaemonSetUpdateStrategy,
  RollingUpdateDaemonSet,
} from "./apps/v1/daemon-set.ts";
export {
  Deployment,
  DeploymentCondition,
  DeploymentSpec,
  DeploymentStatus,
  DeploymentStrategy,
  RollingUpdateDeployment,
} from "./apps/v1/deployment.ts";
export { ReplicaSet, ReplicaSetCondition, ReplicaSetSpec, ReplicaSetStatus } from "./apps/v1/replica-set.ts";
export {
  RollingUpdateStatefulSetStrategy,
  StatefulSet,
  StatefulSetCondition,
  StatefulSetOrdinals,
  StatefulSetPersistentVolumeClaimRetentionPolicy,
  StatefulSetSpec,
  StatefulSetStatus,
  StatefulSetUpdateStrategy,
} from "./apps/v1/stateful-set.ts";
export { SelfSubjectReview, SelfSubjectReviewStatus } from "./authentication/v1/self-subject-review.ts";
export {
  BoundObjectReference,
  TokenRequest,
  TokenRequestSpec,
  TokenRequestStatus,
} from "./authentication/v1/token-request.ts";
export { TokenReview, TokenReviewSpec, TokenReviewStatus } from "./authentication/v1/token-review.ts";
export { UserInfo } from "./authentication/v1/user-info.ts";
export {
  FieldSelectorAttributes,
  LabelSelectorAttributes,
  NonResourceAttributes,
  ResourceAttributes,
} from "./authorization/v1/attributes.ts";
export { LocalSubjectAccessReview } from "./authorization/v1/local-subject-access-review.ts";
export { SelfSubjectAccessReview, SelfSubjectAccessReviewSpec } from "./authorization/v1/self-subject-access-review.ts";
export {
  NonResourceRule,
  ResourceRule,
  SelfSubjectRulesReview,
  SelfSubjectRulesReviewSpec,
  SubjectRulesReviewStatus,
} from "./authorization/v1/self-subject-rules-review.ts";
export {
  SubjectAccessReview,
  SubjectAccessReviewSpec,
  SubjectAccessReviewStatus,
} from "./authorization/v1/subject-access-review.ts";
export { HorizontalPodAutoscalerSpecV1, HorizontalPodAutoscalerStatusV1 } from "./autoscaling/v1/autoscaler-fields.ts";
export { HorizontalPodAutoscalerV1 } from "./autoscaling/v1/horizontal-pod-autoscaler.ts";
export { Scale, ScaleSpec, ScaleStatus } from "./autoscaling/v1/scale.ts";
export {
  HorizontalPodAutoscaler,
  HorizontalPodAutoscalerCondition,
  HorizontalPodAutoscalerSpec,
  HorizontalPodAutoscalerStatus,
} from "./autoscaling/v2/horizontal-pod-autoscaler.ts";
export {
  ContainerResourceMetricSource,
  CrossVersionObjectReference,
  ExternalMetricSource,
  MetricIdentifier,
  MetricSpec,
  MetricTarget,
  ObjectMetricSource,
  PodsMetricSource,
  ResourceMetricSource,
} from "./autoscaling/v2/metric-spec.ts";
export {
  ContainerResourceMetricStatus,
  ExternalMetricStatus,
  MetricStatus,
  MetricValueStatus,
  ObjectMetricStatus,
  PodsMetricStatus,
  ResourceMetricStatus,
} from "./autoscaling/v2/metric-status.ts";
export { HorizontalPodAutoscalerBehavior, HPAScalingPolicy, HPAScalingRules } from "./autoscaling/v2/scaling-rules.ts";
export { CronJob, CronJobSpec, CronJobStatus, JobTemplateSpec } from "./batch/v1/cron-job.ts";
export { Job, JobCondition, JobStatus, UncountedTerminatedPods } from "./batch/v1/job.ts";
export { JobSpec, TemplateJobSpec } from "./batch/v1/job-spec.ts";
export {
  PodFailurePolicy,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
  SuccessPolicy,
  SuccessPolicyRule,
} from "./batch/v1/pod-failure-policy.ts";
export {
  CertificateSigningRequest,
  CertificateSigningRequestCondition,
  CertificateSigningRequestSpec,
  CertificateSigningRequestStatus,
} from "./certificates/v1/certificate-signing-request.ts";
export { Lease, LeaseSpec } from "./coordination/v1/lease.ts";
export {
  Affinity,
  NodeAffinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  PodAntiAffinity,
  PreferredSchedulingTerm,
  WeightedPodAffinityTerm,
} from "./core/v1/affinity.ts";
export { Binding } from "./core/v1/binding.ts";
export { ComponentCondition, ComponentStatus } from "./core/v1/component-status.ts";
export { ConfigMap } from "./core/v1/config-map.ts";
export {
  Container,
  ContainerPort,
  ContainerResizePolicy,
  ContainerRestartRule,
  ContainerRestartRuleOnExitCodes,
  VolumeDevice,
  VolumeMount,
} from "./core/v1/container.ts";
export {
  ContainerState,
  ContainerStateRunning,
  ContainerStateTerminated,
  ContainerStateWaiting,
  ContainerStatus,
  ContainerUser,
  ImageVolumeStatus,
  LinuxContainerUser,
  ResourceHealth,
  ResourceStatus,
  VolumeMountStatus,
  VolumeStatus,
} from "./core/v1/container-status.ts";
export { MAX_DATA_BYTES } from "./core/v1/data-checks.ts";
export { EndpointAddress, EndpointSubset, Endpoints, EndpointsPort } from "./core/v1/endpoints.ts";
export {
  ConfigMapEnvSource,
  ConfigMapKeySelector,
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  FileKeySelector,
  ObjectFieldSelector,
  ResourceFieldSelector,
  SecretEnvSource,
  SecretKeySelector,
} from "./core/v1/env.ts";
export { EphemeralContainer } from "./core/v1/ephemeral-container.ts";
export { Event, EventSeries, EventSource } from "./core/v1/event.ts";
export {
  ExecAction,
  GRPCAction,
  HTTPGetAction,
  HTTPHeader,
  Lifecycle,
  LifecycleHandler,
  SleepAction,
  TCPSocketAction,
} from "./core/v1/handler.ts";
export { imageTag, pullPolicyOf } from "./core/v1/image-name.ts";
export { LimitRange, LimitRangeItem, LimitRangeSpec } from "./core/v1/limit-range.ts";
export { Namespace, NamespaceCondition, NamespaceSpec, NamespaceStatus } from "./core/v1/namespace.ts";
export { Node, NodeSpec } from "./core/v1/node.ts";
export { nodeRoles } from "./core/v1/node-columns.ts";
export { ConfigMapNodeConfigSource, NodeConfigSource, NodeConfigStatus } from "./core/v1/node-config.ts";
export {
  AttachedVolume,
  ContainerImage,
  DaemonEndpoint,
  NodeAddress,
  NodeCondition,
  NodeDaemonEndpoints,
  NodeFeatures,
  NodeRuntimeHandler,
  NodeRuntimeHandlerFeatures,
  NodeStatus,
  NodeSwapStatus,
  NodeSystemInfo,
} from "./core/v1/node-status.ts";
export {
  PersistentVolume,
  PersistentVolumeSource,
  PersistentVolumeSpec,
  PersistentVolumeStatus,
  VolumeNodeAffinity,
} from "./core/v1/persistent-volume.ts";
export {
  ModifyVolumeStatus,
  PersistentVolumeClaim,
  PersistentVolumeClaimCondition,
  PersistentVolumeClaimStatus,
} from "./core/v1/persistent-volume-claim.ts";
export {
  EphemeralVolumeSource,
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimTemplate,
  PersistentVolumeClaimVolumeSource,
} from "./core/v1/persistent-volume-claim-spec.ts";
export {
  AzureFilePersistentVolumeSource,
  CephFSPersistentVolumeSource,
  CinderPersistentVolumeSource,
  CSIPersistentVolumeSource,
  FlexPersistentVolumeSource,
  GlusterfsPersistentVolumeSource,
  ISCSIPersistentVolumeSource,
  LocalVolumeSource,
  RBDPersistentVolumeSource,
  ScaleIOPersistentVolumeSource,
  StorageOSPersistentVolumeSource,
} from "./core/v1/persistent-volume-sources.ts";
export { Pod } from "./core/v1/pod.ts";
export { type PodSummary, podAddress, summarizePod } from "./core/v1/pod-columns.ts";
export { HostAlias, PodDNSConfig, PodDNSConfigOption } from "./core/v1/pod-network.ts";
export {
  PodOS,
  PodReadinessGate,
  PodResourceClaim,
  PodSchedulingGate,
  PodSchedulingGroup,
} from "./core/v1/pod-scheduling.ts";
export { PodSpec } from "./core/v1/pod-spec.ts";
export {
  ContainerExtendedResourceRequest,
  HostIP,
  NodeAllocatableResourceClaimStatus,
  PodCondition,
  PodExtendedResourceClaimStatus,
  PodIP,
  PodResourceClaimStatus,
  PodStatus,
} from "./core/v1/pod-status.ts";
export { PodTemplateSpec } from "./core/v1/pod-template.ts";
export { podUpdate } from "./core/v1/pod-update.ts";
export { Probe } from "./core/v1/probe.ts";
export {
  LocalObjectReference,
  ObjectReference,
  SecretReference,
  TypedLocalObjectReference,
  TypedObjectReference,
} from "./core/v1/reference.ts";
export {
  ReplicationController,
  ReplicationControllerCondition,
  ReplicationControllerSpec,
  ReplicationControllerStatus,
} from "./core/v1/replication-controller.ts";
export {
  ResourceQuota,
  ResourceQuotaSpec,
  ResourceQuotaStatus,
  ScopedResourceSelectorRequirement,
  ScopeSelector,
} from "./core/v1/resource-quota.ts";
export {
  ResourceClaim as ContainerClaim,
  ResourceRequirements,
  VolumeResourceRequirements,
} from "./core/v1/resources.ts";
export { Secret } from "./core/v1/secret.ts";
export {
  AppArmorProfile,
  Capabilities,
  PodSecurityContext,
  SELinuxOptions,
  SeccompProfile,
  SecurityContext,
  Sysctl,
  WindowsSecurityContextOptions,
} from "./core/v1/security-context.ts";
export {
  CLIENT_IP_AFFINITY_SECONDS,
  ClientIPConfig,
  Service,
  ServicePort,
  ServiceSpec,
  SessionAffinityConfig,
} from "./core/v1/service.ts";
export { ServiceAccount } from "./core/v1/service-account.ts";
export { LoadBalancerIngress, LoadBalancerStatus, PortStatus, ServiceStatus } from "./core/v1/service-status.ts";
export { PodTemplate } from "./core/v1/stored-pod-template.ts";
export { Taint, Toleration } from "./core/v1/taint.ts";
export { TopologySpreadConstraint } from "./core/v1/topology-spread.ts";
export {
  EmptyDirVolumeSource,
  GitRepoVolumeSource,
  HostPathVolumeSource,
  ImageVolumeSource,
  Volume,
} from "./core/v1/volume.ts";
export {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  AzureFileVolumeSource,
  CinderVolumeSource,
  GCEPersistentDiskVolumeSource,
  PhotonPersistentDiskVolumeSource,
  VsphereVirtualDiskVolumeSource,
} from "./core/v1/volume-cloud.ts";
export {
  ClusterTrustBundleProjection,
  ConfigMapProjection,
  ConfigMapVolumeSource,
  DownwardAPIProjection,
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  KeyToPath,
  PodCertificateProjection,
  ProjectedVolumeSource,
  SecretProjection,
  SecretVolumeSource,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from "./core/v1/volume-files.ts";
export {
  CephFSVolumeSource,
  CSIVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  GlusterfsVolumeSource,
  ISCSIVolumeSource,
  NFSVolumeSource,
  PortworxVolumeSource,
  QuobyteVolumeSource,
  RBDVolumeSource,
  ScaleIOVolumeSource,
  StorageOSVolumeSource,
} from "./core/v1/volume-network.ts";
export { Build, BuildLog, BuildSpec, BuildStatus } from "./delivery/v1alpha1/build.ts";
export {
  branchName,
  commitHash,
  domainName,
  imageDigest,
  insidePath,
  nodeVersion,
  repositoryUrl,
} from "./delivery/v1alpha1/formats.ts";
export { Release, ReleaseConfig, ReleaseSpec, ReleaseStatus, Route } from "./delivery/v1alpha1/release.ts";
export {
  BuildSettings,
  DELIVERY_GROUP,
  ReleaseSummary,
  Repository,
  Retention,
  Site,
  SiteSpec,
  SiteStatus,
} from "./delivery/v1alpha1/site.ts";
export { Failure, Step } from "./delivery/v1alpha1/step.ts";
export {
  Endpoint,
  EndpointConditions,
  EndpointHints,
  EndpointPort,
  EndpointSlice,
  ForNode,
  ForZone,
} from "./discovery/v1/endpoint-slice.ts";
export { EventsV1Event, EventsV1EventSeries } from "./events/v1/event.ts";
export { FlowSchema, FlowSchemaSpec, FlowSchemaStatus } from "./flowcontrol/v1/flow-schema.ts";
export {
  LimitedPriorityLevelConfiguration,
  PriorityLevelConfiguration,
  PriorityLevelConfigurationSpec,
  PriorityLevelConfigurationStatus,
} from "./flowcontrol/v1/priority-level-configuration.ts";
export { builtinKinds } from "./kinds.ts";
export * from "./labels.ts";
export { DeleteOptions, Preconditions } from "./meta/v1/delete-options.ts";
export { FieldSelectorRequirement } from "./meta/v1/field-selector-requirement.ts";
export {
  HTTPIngressPath,
  HTTPIngressRuleValue,
  Ingress,
  IngressBackend,
  IngressRule,
  IngressServiceBackend,
  IngressSpec,
  IngressTLS,
  ServiceBackendPort,
} from "./networking/v1/ingress.ts";
export { IngressClass, IngressClassParametersReference, IngressClassSpec } from "./networking/v1/ingress-class.ts";
export {
  IngressLoadBalancerIngress,
  IngressLoadBalancerStatus,
  IngressPortStatus,
  IngressStatus,
} from "./networking/v1/ingress-status.ts";
export { IPAddress, IPAddressSpec } from "./networking/v1/ip-address.ts";
export {
  IPBlock,
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from "./networking/v1/network-policy.ts";
export { ServiceCIDR, ServiceCIDRSpec, ServiceCIDRStatus } from "./networking/v1/service-cidr.ts";
export { RuntimeClass } from "./node/v1/runtime-class.ts";
export { Eviction } from "./policy/v1/eviction.ts";
export {
  PodDisruptionBudget,
  PodDisruptionBudgetSpec,
  PodDisruptionBudgetStatus,
} from "./policy/v1/pod-disruption-budget.ts";
export { AggregationRule, ClusterRole } from "./rbac/v1/cluster-role.ts";
export { ClusterRoleBinding } from "./rbac/v1/cluster-role-binding.ts";
export { PolicyRule } from "./rbac/v1/policy-rule.ts";
export { RBAC_GROUP } from "./rbac/v1/rbac-checks.ts";
export { Role } from "./rbac/v1/role.ts";
export { RoleBinding } from "./rbac/v1/role-binding.ts";
export { RoleRef, Subject } from "./rbac/v1/role-ref.ts";
export { DeviceClass, DeviceClassSpec } from "./resource/v1/device-class.ts";
export { ResourceClaim } from "./resource/v1/resource-claim.ts";
export { ResourceClaimSpec } from "./resource/v1/resource-claim-spec.ts";
export { AllocationResult, ResourceClaimStatus } from "./resource/v1/resource-claim-status.ts";
export { ResourceClaimTemplate } from "./resource/v1/resource-claim-template.ts";
export { ResourceSlice, ResourceSliceSpec } from "./resource/v1/resource-slice.ts";
export { PriorityClass } from "./scheduling/v1/priority-class.ts";
export { HIGHEST_USER_PRIORITY, SYSTEM_PREFIX, SYSTEM_PRIORITIES } from "./scheduling/v1/system-priorities.ts";
export { CSIDriver, CSIDriverSpec } from "./storage/v1/csi-driver.ts";
export { CSINode, CSINodeDriver, CSINodeSpec } from "./storage/v1/csi-node.ts";
export { CSIStorageCapacity } from "./storage/v1/csi-storage-capacity.ts";
export { StorageClass } from "./storage/v1/storage-class.ts";
export { VolumeAttachment, VolumeAttachmentSpec, VolumeAttachmentStatus } from "./storage/v1/volume-attachment.ts";
export { VolumeAttributesClass } from "./storage/v1/volume-attributes-class.ts";
export * from "./taints.ts";
