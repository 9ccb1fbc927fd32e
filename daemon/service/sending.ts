import type { DaemonContext } from "./context.ts";

/** A transaction to send, and what for. */
export interface Sending {
  /** As metrics and logs call it. */
  readonly purpose: string;
  readonly to: string;
  readonly data: string;
  /** Wei; none if left out. */
  readonly value?: bigint;
}

/** What became of it. */
export type Sent =
  | {
      readonly result: "mined";
      readonly hash: string;
      readonly gasUsed: bigint;
      /** Gas and value; what the contract gave back is not taken off. */
      readonly spentWei: bigint;
    }
  | { readonly result: "reverted" | "skipped"; readonly reason: string };

/** What it takes to send. */
export type SenderContext = DaemonContext<{
  /** Highest fee per gas, Gwei. */
  readonly maxFeeGwei: number;
}>;
