/** Sizes of epochs and committees that a chain can have: consensus-specs `presets`. */
export const PRESETS = ["minimal", "mainnet"] as const;
/** Sizes of epochs and committees. */
export type Preset = (typeof PRESETS)[number];

/** Rules that a chain can follow; the execution client knows those of Prague, which fit both. */
export const FORKS = ["electra", "fulu"] as const;
/** Rules of the consensus layer. */
export type Fork = (typeof FORKS)[number];

/** Length of a slot, seconds, at which some 64 to 100 validators earn about 7 % a year: the fewer, the more each earns. */
export const YIELDING_SLOT_SECONDS: Readonly<Record<Preset, number>> = { minimal: 2_400, mainnet: 600 };

/** Slots of an epoch. */
export const SLOTS_PER_EPOCH: Readonly<Record<Preset, number>> = { minimal: 8, mainnet: 32 };
