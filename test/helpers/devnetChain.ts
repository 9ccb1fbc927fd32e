import { z } from "zod";

import { askBeacon, uint } from "../../clients/beaconHttp.ts";
import type { BeaconNode } from "../../clients/beaconNode.ts";

const Blocks = z.object({
  data: z.object({
    message: z.object({ body: z.object({ execution_payload: z.object({ block_hash: z.string() }) }) }),
  }),
});
const Validators = z.object({
  data: z.array(
    z.object({
      index: uint,
      balance: uint,
      status: z.string(),
      validator: z.object({ pubkey: z.string(), withdrawal_credentials: z.string(), slashed: z.boolean() }),
    }),
  ),
});

/** Hash of the execution block of the beacon chain's head. */
export async function headExecutionHash({ access }: BeaconNode): Promise<string> {
  const { data } = await askBeacon(access, "/eth/v2/beacon/blocks/head", Blocks);
  return data.message.body.execution_payload.block_hash;
}

/** All validators of a state. */
export async function allValidators({ access }: BeaconNode, state: bigint | "head") {
  return (await askBeacon(access, `/eth/v1/beacon/states/${state}/validators`, Validators)).data;
}
