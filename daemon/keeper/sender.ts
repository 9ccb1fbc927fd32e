/** A transaction to send, and what for. */
export interface Sending {
  /** For metrics and logs: the name of an action. */
  readonly purpose: string;
  readonly to: string;
  readonly data: string;
  /** Wei. */
  readonly value?: bigint;
}

/** What became of it: nothing was sent where it is skipped. */
export type Sent =
  | { readonly result: "mined"; readonly hash: string; readonly gasUsed: bigint; readonly spentWei: bigint }
  | { readonly result: "reverted" | "skipped"; readonly reason: string };

/** Sends transactions within the limits of gas price and daily spending, one at a time. */
export interface Sender {
  /** @throws What leaves it unknown whether the transaction went out. */
  send(sending: Sending): Promise<Sent>;
}
