/** Where the kernel is looked at. */
export interface KernelSettings {
  /** Where proc(5) is mounted. */
  proc: string;
  node: {
    /** The node's /proc. */
    proc?: string | undefined;
    /** The node's node_exporter. */
    metricsUrl?: string | undefined;
  };
}
