import type { Fork } from "../chainOptions.ts";

/** How a beacon process is set up; it gets it as the only argument, as JSON. */
export interface BeaconSettings {
  /** File of the chain. */
  readonly store: string;
  readonly engineUrl: string;
  /** Port of the Beacon API on 127.0.0.1. */
  readonly port: number;
  readonly fork: Fork;
  readonly secondsPerSlot: number;
  /** Time of slot zero, seconds; that of the execution chain's first block. */
  readonly genesisTime: number;
  /** Validators of others, active from the beginning. */
  readonly foreignValidators: number;
  readonly logLevel: string;
}

/** What the beacon process can be asked for, each with its answer. */
export interface BeaconCalls {
  /** Lets the next slot pass. */
  step: { ask: { isMissed: boolean }; answer: { slot: number; hasBlock: boolean } };
  /** Names the operators that hold the keys of the pool's validators. */
  operators: { ask: { urls: string[] }; answer: object };
  /** Has a validator vote twice, so that it is slashed by the next block. By its public key or index. */
  slash: { ask: { validator: string }; answer: { index: number } };
  /** Brings the execution client to the head. */
  catchUp: { ask: object; answer: object };
  status: { ask: object; answer: BeaconStatus };
}

/** Where a beacon chain is. */
export interface BeaconStatus {
  /** The slot that time has come to. */
  readonly slot: number;
  readonly headSlot: number;
  readonly epoch: number;
  readonly slotsPerEpoch: number;
  readonly justifiedEpoch: number;
  readonly finalizedEpoch: number;
  readonly validators: number;
}

/** A question to the beacon process. */
export interface Question<Name extends keyof BeaconCalls = keyof BeaconCalls> {
  readonly id: number;
  readonly name: Name;
  readonly ask: BeaconCalls[Name]["ask"];
}

/** What it answers; the error is for people. */
export type Answer =
  | { readonly id: number; readonly answer: object }
  | { readonly id: number; readonly error: string; readonly isExecutionError: boolean };

/** What it says once, when it is ready. */
export interface Ready {
  readonly ready: true;
  /** Port of the Beacon API. */
  readonly port: number;
}
