/** How slots and frames follow from time; all of it fixed in the `Accounting` contract. */
export interface SlotClock {
  /** Time of slot zero, seconds. */
  readonly genesisTime: bigint;
  readonly secondsPerSlot: bigint;
  /** Slots between two reports. */
  readonly slotsPerFrame: bigint;
}

/** The slot at a time. */
export function slotAt({ genesisTime, secondsPerSlot }: SlotClock, time: bigint): bigint {
  return (time - genesisTime) / secondsPerSlot;
}

/** When a slot begins, seconds. */
export function timeOfSlot({ genesisTime, secondsPerSlot }: SlotClock, slot: bigint): bigint {
  return genesisTime + slot * secondsPerSlot;
}

/** Last slot of the frame that a slot is in: where its report looks. */
export function frameEnd({ slotsPerFrame }: SlotClock, slot: bigint): bigint {
  return (slot / slotsPerFrame + 1n) * slotsPerFrame - 1n;
}
