import type { KeyObject } from "node:crypto";

import type { CeremonyExpectations } from "../../src/ceremony/expectations.ts";
import type { Network } from "../../src/consensus/network.ts";

/** What is verified, and with what. */
export interface Verification {
  readonly folder: string;
  readonly network: Network;
  /** What the pool demands, as far as it is known. */
  readonly expected: CeremonyExpectations;
  /** Password of the keystores; without it they are not decrypted. */
  readonly password: string | undefined;
  /** Private keys of operators, by id; their shares are decrypted. */
  readonly operatorKeys: ReadonlyMap<bigint, KeyObject>;
}
