import { z } from "zod";

import { commonFields, httpUrl, port, positive } from "./commonConfig.ts";

/** Configuration of an oracle member. */
export const OracleConfig = z.strictObject({
  ...commonFields,
  /** How many beacon nodes must agree on a state; all that are configured, up to two, if left out. */
  agreement: z.int().min(1).optional(),
  /** From so many keys on the whole state is read as SSZ, instead of the pool's validators by POST. */
  stateFromKeys: z.int().min(0).default(5_000),
  /** Where other members serve what they signed. */
  peers: z.array(httpUrl).max(64).default([]),
  /** Where this one serves what it signed, on 127.0.0.1; others reach it through a proxy. */
  exchangePort: port.default(0),
  report: z
    .strictObject({
      sign: z.boolean().default(true),
      submit: z.boolean().default(true),
      /** Seconds that each member waits longer than the one before it, so that gas is paid once; two slots or more. */
      turnSeconds: positive.default(36),
    })
    .prefault({}),
  approvals: z
    .strictObject({
      sign: z.boolean().default(true),
      /** Members look at every block whose number is a multiple of this, so that they sign the same. */
      everyBlocks: z.int().min(1).max(64).default(8),
      /** Most keys of one approval. */
      maxKeys: z.int().min(1).max(80).default(10),
    })
    .prefault({}),
  exits: z.strictObject({ sign: z.boolean().default(true) }).prefault({}),
});
/** Configuration of an oracle member. */
export type OracleConfig = z.infer<typeof OracleConfig>;
