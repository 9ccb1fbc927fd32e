import { z } from "zod";

import type { RpcMethods } from "../execution/dispatch.ts";
import { RPC_CODES, RpcError } from "../execution/jsonRpc.ts";

/** What a devnet can be told, beside what a chain can. */
export interface DevnetControls {
  status(): Promise<object>;
  advance(slots: number, isMissed: boolean): Promise<object>;
  setOperator(id: string, isOnline: boolean): Promise<object>;
  slash(validator: string): Promise<object>;
  /** Ends it after the answer was sent. */
  stop(): Promise<object>;
}

/** Slots of one call: more would take longer than callers wait. */
export const MAX_SLOTS = 64;

const Slots = z.tuple([z.int().min(1).max(MAX_SLOTS)]);
const Operator = z.tuple([z.string().regex(/^\d+$/), z.boolean()]);
const Validator = z.tuple([z.string().regex(/^(\d+|0x[0-9a-fA-F]{96})$/)]);

/** The methods `devnet_*` of the JSON-RPC. */
export function controlMethods(controls: DevnetControls): RpcMethods {
  return {
    devnet_status: async () => controls.status(),
    devnet_advance: async (params) => controls.advance(...parse(Slots, params, "a number of slots"), false),
    devnet_miss: async (params) => controls.advance(...parse(Slots, params, "a number of slots"), true),
    devnet_setOperator: async (params) => controls.setOperator(...parse(Operator, params, "an operator and a flag")),
    devnet_slash: async (params) => controls.slash(...parse(Validator, params, "a public key or an index")),
    devnet_stop: async () => controls.stop(),
  };
}

function parse<T>(schema: z.ZodType<T>, params: unknown[], expected: string): T {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const reason = parsed.error.issues[0]?.message ?? "";
  throw new RpcError(RPC_CODES.invalidParams, `expected ${expected}: ${JSON.stringify(params)} (${reason})`);
}
