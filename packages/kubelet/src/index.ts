// Public names of @knots/kubelet.
export {};
