import type { AbstractSigner, Provider } from "ethers";
import type { Logger } from "pino";

import type { BeaconNode } from "../../clients/beaconNode.ts";
import type { DaemonMetrics } from "./metrics.ts";

/** What a daemon works with. */
export interface DaemonContext<Config> {
  readonly config: Config;
  /** Execution nodes as one: the first of them that works. */
  readonly provider: Provider;
  /** Beacon nodes, in the order of the configuration. */
  readonly beacons: readonly BeaconNode[];
  /** Connected to the provider; nothing where no key is configured, which only a dry run goes without. */
  readonly signer: AbstractSigner | undefined;
  readonly log: Logger;
  readonly metrics: DaemonMetrics;
  /** Aborted when the daemon is to end. */
  readonly signal: AbortSignal;
  /** Says what it would sign and send, and does neither. */
  readonly isDryRun: boolean;
}

/** What a daemon does in rounds. */
export interface Worker {
  /**
   * One round. What it leaves to go on beside the next ones, the signal ends.
   * @throws What went wrong; the next round comes after a pause that grows with each failure.
   */
  round(): Promise<void>;
  /** Waits for what rounds have left to go on beside them; nothing is, if left out. */
  settled?(): Promise<void>;
  /** Gives back files and ports. */
  close(): Promise<void>;
}
