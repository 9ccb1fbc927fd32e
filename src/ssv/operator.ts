/** A fee that an operator may put into force within a time: how ssv.network makes rises known beforehand. */
export interface DeclaredFee {
  /** For 32 ETH of effective balance. */
  readonly feeWeiPerBlock: bigint;
  /** Time in seconds from which it can be put into force. */
  readonly fromTime: bigint;
  /** Last time, in seconds, at which it can. */
  readonly untilTime: bigint;
}

/** An operator of ssv.network as one account sees it at one block. */
export interface Operator {
  readonly id: bigint;
  readonly owner: string;
  /** Public key in SSV's encoding; undefined if something else was registered. */
  readonly operatorKey: string | undefined;
  /** For 32 ETH of effective balance. */
  readonly feeWeiPerBlock: bigint;
  /** Undefined also when its time has passed. */
  readonly declaredFee: DeclaredFee | undefined;
  /** How many validators it serves that pay in ether. */
  readonly validators: number;
  /** How many more ssv.network lets it serve. */
  readonly room: number;
  /** Whether it serves only those on its whitelist. */
  readonly isPrivate: boolean;
  /** Whether the account is on its whitelist. */
  readonly isWhitelisted: boolean;
  readonly isRemoved: boolean;
}

/** What an operator charges, or will once a declared rise is in force. */
export function dueFee({ feeWeiPerBlock, declaredFee }: Operator): bigint {
  const declared = declaredFee?.feeWeiPerBlock ?? 0n;
  return declared > feeWeiPerBlock ? declared : feeWeiPerBlock;
}

/** Orders operators by their ids. */
export function byId(a: Operator, b: Operator): number {
  return compare(a.id, b.id);
}

/** Orders numbers. */
export function compare(a: bigint | number, b: bigint | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
