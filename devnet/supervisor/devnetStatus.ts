import type { BeaconStatus } from "../beacon/messages.ts";
import type { Fork, Preset } from "../chainOptions.ts";
import type { DevnetOptions } from "./devnetOptions.ts";

/** Where a devnet is. */
export interface DevnetStatus extends BeaconStatus {
  readonly rpcUrl: string;
  readonly beaconUrl: string;
  /** Folder. */
  readonly data: string;
  readonly pace: DevnetOptions["pace"];
  readonly preset: Preset;
  readonly fork: Fork;
  readonly secondsPerSlot: number;
  readonly processes: readonly DevnetProcess[];
}

/** A process of a devnet. */
export interface DevnetProcess {
  readonly name: string;
  readonly pid: number;
  readonly isOnline: boolean;
  /** Resident, bytes. */
  readonly memory: number;
}
