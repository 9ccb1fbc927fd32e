import type { Hex } from "../../src/units/hex.ts";
import type { Duty, SigningContext } from "../committee/duties.ts";

/** Whoever signs for validators whose keys are shared. */
export interface SharedKeys {
  /**
   * Signs what a threshold of operators agrees to.
   * @param options.unsafe Whether operators are to sign what gets the validator slashed.
   */
  sign(context: SigningContext, duties: readonly Duty[], options?: { unsafe?: boolean }): Promise<SharedSignatures>;
}

/** What a threshold of operators has signed, and what it asks for. */
export interface SharedSignatures {
  /** By the position of the duty; undefined where there was no threshold. */
  readonly signatures: readonly (Uint8Array | undefined)[];
  /** Validators whose owner asked ssv.network to have them exit. */
  readonly exitRequests: readonly Hex[];
  /** Who gets the tips of a validator's blocks. */
  readonly feeRecipients: ReadonlyMap<Hex, string>;
}
