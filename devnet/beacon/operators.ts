import type { Logger } from "pino";

import type { Duty, SigningContext } from "../committee/duties.ts";
import { OperatorCommittee, type CommitteeSignatures } from "../committee/signers.ts";

/** Signs nothing: as long as no operators are known, nobody holds shares. */
const NO_SIGNATURES = { exitRequests: [], feeRecipients: new Map<never, never>() };

/** The operators that hold shares of validators' keys, as far as they are known. */
export class KeyHolders {
  readonly #log: Logger;
  #committee: OperatorCommittee | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Names the operators, by the addresses at which they sign. */
  setOperators(urls: readonly URL[]): void {
    this.#committee = new OperatorCommittee(urls, this.#log);
  }

  /**
   * Signs what a threshold of operators agrees to.
   * @param isUnsafe Whether they are to sign what gets the validator slashed.
   */
  async sign(context: SigningContext, duties: readonly Duty[], isUnsafe = false): Promise<CommitteeSignatures> {
    if (this.#committee === undefined) return { signatures: duties.map(() => undefined), ...NO_SIGNATURES };
    return this.#committee.sign(context, duties, { unsafe: isUnsafe });
  }
}
