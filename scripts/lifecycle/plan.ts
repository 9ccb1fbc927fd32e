/** How long the parts of a lifecycle take, in slots. */
export interface Plan {
  readonly validators: number;
  readonly foreignValidators: number;
  readonly earningSlots: bigint;
  /** With one operator offline, then with two, and then until the next part. */
  readonly outage: { readonly oneSlots: bigint; readonly twoSlots: bigint; readonly afterSlots: bigint };
  /** In which a report must tell of a slashing. */
  readonly slashingSlots: bigint;
}

/** A slot lasts 2,400 s, so that 36 are a day. */
export const SLOTS_PER_DAY = 36n;
/** Deposits of keys enter one after the other, two an epoch. */
const ENTERING_SLOTS = 200n;
const SLASHING_SLOTS = 72n;
/** Reports pay requests that are 640 slots old; some more until the next one that is final. */
const LEAVING_SLOTS = 640n + 90n;

/** Weeks of rewards that can be asked for. */
export const WEEKS = { least: 0, most: 12, usual: 2 };

/** A quarter of the validators are the pool's: finality stands also when none of them votes. */
export function planOf(weeks: number): Plan {
  return {
    validators: 16,
    foreignValidators: 48,
    earningSlots: BigInt(weeks) * 7n * SLOTS_PER_DAY,
    outage: OUTAGE,
    slashingSlots: SLASHING_SLOTS,
  };
}

/** With two offline, one frame at least lies wholly within, and is reported before the end. */
const OUTAGE = { oneSlots: 64n, twoSlots: 96n, afterSlots: 32n };

/** Slots of a whole lifecycle, roughly. */
export function totalSlots({ earningSlots, outage }: Plan): bigint {
  const { oneSlots, twoSlots, afterSlots } = outage;
  return ENTERING_SLOTS + earningSlots + oneSlots + twoSlots + afterSlots + SLASHING_SLOTS + LEAVING_SLOTS;
}
