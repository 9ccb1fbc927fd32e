import { FieldError } from "../../src/units/errors.ts";
import type { ChainSettings, DeployedPool, DevnetFolder } from "./folder.ts";
import type { OperatorIdentity } from "./operators.ts";

/** Time does not pass as it is asked to. */
export class TimeError extends FieldError {}

/** A chain to which a pool is deployed. */
export interface DevnetChain {
  readonly rpcUrl: string;
  readonly settings: ChainSettings;
}

/** What a deployment leaves. */
export interface Deployment {
  readonly pool: Omit<DeployedPool, "operators">;
  /** Registered at the pool's ssv.network. */
  readonly operators: readonly OperatorIdentity[];
}

/** What a devnet is started with. */
export interface DevnetOptions {
  readonly folder: DevnetFolder;
  /** For a new chain; one that goes on keeps its own. */
  readonly settings: ChainSettings;
  /** Whether a slot passes when it is wanted, one after the other, or by the clock of this machine. */
  readonly pace: "virtual" | "unbounded" | "real";
  /** Port of the JSON-RPC on 127.0.0.1; 0 for any free one. */
  readonly rpcPort: number;
  /** Port of the Beacon API on 127.0.0.1; 0 for any free one. */
  readonly beaconPort: number;
  readonly logLevel: string;
  /** Deploys a pool to a new chain. */
  readonly deploy: (chain: DevnetChain, signal: AbortSignal) => Promise<Deployment>;
  /** Ends the start. */
  readonly signal?: AbortSignal;
  /** Takes a line for people. */
  readonly note: (line: string) => void;
}
