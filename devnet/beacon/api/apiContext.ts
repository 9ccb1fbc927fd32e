import type { Logger } from "pino";

import type { BeaconChain } from "../chain.ts";
import type { EngineApi } from "../engineApi.ts";
import type { OperationPool } from "../operationPool.ts";

/** What the Beacon API answers from. */
export interface ApiContext {
  readonly chain: BeaconChain;
  /** Takes the exits and slashings that are posted. */
  readonly operations: OperationPool;
  /** The execution client, whose absence is told. */
  readonly engine: Pick<EngineApi, "call">;
  readonly log: Logger;
}
