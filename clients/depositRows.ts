import { z } from "zod";

import type { PendingDeposit } from "../src/oracle/beaconState.ts";
import type { Hex } from "../src/units/hex.ts";
import { hexSchema, parseJson } from "../src/units/json.ts";
import { uint } from "./beaconHttp.ts";
import { isDecimal, isHex, isObject, isOptionalBoolean, tryJson, type Unknown } from "./looseJson.ts";

/** An answer that lists deposits that wait. */
export interface DepositRows {
  readonly version: string;
  readonly execution_optimistic?: boolean | undefined;
  readonly data: readonly PendingDeposit[];
}

const PendingDeposits = z.object({
  version: z.string(),
  execution_optimistic: z.boolean().optional(),
  data: z.array(
    z.object({
      pubkey: hexSchema(48),
      withdrawal_credentials: hexSchema(32),
      amount: uint,
      signature: hexSchema(96),
      slot: uint,
    }),
  ),
});

/**
 * Reads an answer that lists deposits that wait. Rows as all nodes write them are checked by hand, and of other keys only
 * as far as to see that they are: tens of thousands wait, and few are a pool's. Where one is otherwise, the schema
 * decides, and says what is wrong.
 * @param path What was asked, for the message.
 * @param own Keys whose deposits are wanted; all of them if left out.
 * @throws {FileFormatError} Naming the first field that does not fit.
 */
export function parseDepositRows(text: string, path: string, own?: ReadonlySet<Hex>): DepositRows {
  return quickRows(text, own) ?? readRows(text, path, own);
}

function quickRows(text: string, own?: ReadonlySet<Hex>): DepositRows | undefined {
  const answer = tryJson(text);
  if (!isObject(answer)) return undefined;
  const { version, execution_optimistic: isOptimistic, data } = answer;
  if (typeof version !== "string" || !Array.isArray(data) || !isOptionalBoolean(isOptimistic)) return undefined;
  const rows: PendingDeposit[] = [];
  for (const found of data as unknown[]) {
    if (!isObject(found) || !isHex(found.pubkey, 48)) return undefined;
    if (own?.has(found.pubkey) === false) continue;
    const row = quickRow(found.pubkey, found);
    if (row === undefined) return undefined;
    rows.push(row);
  }
  return { version, execution_optimistic: isOptimistic, data: rows };
}

function quickRow(pubkey: Hex, found: Unknown): PendingDeposit | undefined {
  const { withdrawal_credentials: withdrawalCredentials, amount, signature, slot } = found;
  if (!isHex(withdrawalCredentials, 32) || !isHex(signature, 96)) return undefined;
  if (!isDecimal(amount) || !isDecimal(slot)) return undefined;
  return { pubkey, withdrawalCredentials, amountGwei: BigInt(amount), signature, slot: BigInt(slot) };
}

function readRows(text: string, path: string, own?: ReadonlySet<Hex>): DepositRows {
  const { data, ...answer } = parseJson(text, PendingDeposits, path);
  const rows = data.map(({ pubkey, withdrawal_credentials: withdrawalCredentials, amount: amountGwei, ...rest }) => ({
    ...{ pubkey, withdrawalCredentials, amountGwei },
    ...rest,
  }));
  return { ...answer, data: rows.filter(({ pubkey }) => own?.has(pubkey) !== false) };
}
