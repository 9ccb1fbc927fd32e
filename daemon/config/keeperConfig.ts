import { z } from "zod";

import { commonFields, httpUrl, positive } from "./commonConfig.ts";

const action = z.strictObject({ enabled: z.boolean().default(true) });

/** Configuration of a keeper. */
export const KeeperConfig = z.strictObject({
  ...commonFields,
  /** Members, whose signatures it collects. */
  members: z.array(httpUrl).max(64).default([]),
  /** Most ether that it spends on gas and fees within 24 hours. */
  dailySpendEth: positive.default(0.5),
  actions: z
    .strictObject({
      /** Stakes to approved keys; not more often than `everySeconds`. */
      activate: action.extend({ everySeconds: z.number().min(0).default(0) }).prefault({}),
      topUp: action.prefault({}),
      /** Sends reports that a quorum signed and nobody sent for `afterSeconds`. */
      submitReport: action.extend({ afterSeconds: z.number().min(0).default(600) }).prefault({}),
      /** Tells the registry of validators that members signed to be gone. */
      reportExits: action.prefault({}),
      finalizeStale: action.prefault({}),
      /** Requests the exits that overdue withdrawals need. */
      triggerExits: action.extend({ maxFeeGwei: positive.default(1_000_000) }).prefault({}),
      /** Requests exits again that the consensus layer dropped. */
      retryExits: action.prefault({}),
    })
    .prefault({}),
  /** Below which it warns. */
  warnings: z
    .strictObject({
      keys: z.int().min(0).default(10),
      reserveEth: z.number().min(0).default(1),
      runwayDays: z.number().min(0).default(30),
      walletEth: z.number().min(0).default(0.1),
    })
    .prefault({}),
});
/** Configuration of a keeper. */
export type KeeperConfig = z.infer<typeof KeeperConfig>;
