import { FAR_FUTURE_EPOCH, type StateValidator } from "../src/oracle/beaconState.ts";
import { parseJson } from "../src/units/json.ts";
import { VALIDATOR_STATUSES, ValidatorRecords } from "./beaconValidators.ts";
import { isDecimal, isHex, isObject, isOptionalBoolean, tryJson, type Unknown } from "./looseJson.ts";

/** An answer that lists validators. */
export interface ValidatorRows {
  readonly execution_optimistic?: boolean | undefined;
  readonly data: readonly StateValidator[];
}

const FAR_FUTURE = `${FAR_FUTURE_EPOCH}`;
const STATUSES: ReadonlySet<unknown> = new Set(VALIDATOR_STATUSES);

/**
 * Reads an answer that lists validators. Rows as all nodes write them are checked by hand, which takes a fraction of the
 * time and memory; where one is otherwise, the schema decides, and says what is wrong.
 * @param path What was asked, for the message.
 * @throws {FileFormatError} Naming the first field that does not fit.
 */
export function parseValidatorRows(text: string, path: string): ValidatorRows {
  return quickRows(text) ?? readRows(text, path);
}

function quickRows(text: string): ValidatorRows | undefined {
  const answer = tryJson(text);
  if (!isObject(answer)) return undefined;
  const { execution_optimistic: isOptimistic, data } = answer;
  if (!Array.isArray(data) || !isOptionalBoolean(isOptimistic)) return undefined;
  const rows: StateValidator[] = [];
  for (const found of data as unknown[]) {
    const row = isObject(found) && STATUSES.has(found.status) ? quickRow(found) : undefined;
    if (row === undefined) return undefined;
    rows.push(row);
  }
  return { execution_optimistic: isOptimistic, data: rows };
}

function quickRow({ index, balance, validator }: Unknown): StateValidator | undefined {
  if (!isObject(validator)) return undefined;
  const { pubkey, withdrawal_credentials: credentials, slashed, effective_balance: effective } = validator;
  const { exit_epoch: exit, withdrawable_epoch: withdrawable } = validator;
  if (!isHex(pubkey, 48) || !isHex(credentials, 32) || typeof slashed !== "boolean") return undefined;
  if (!isDecimal(index) || !isDecimal(balance) || !isDecimal(effective)) return undefined;
  if (!isDecimal(exit) || !isDecimal(withdrawable)) return undefined;
  return {
    index: BigInt(index),
    pubkey,
    withdrawalCredentials: credentials,
    balanceGwei: BigInt(balance),
    effectiveBalanceGwei: BigInt(effective),
    isSlashed: slashed,
    exitEpoch: epochOf(exit),
    withdrawableEpoch: epochOf(withdrawable),
  };
}

function readRows(text: string, path: string): ValidatorRows {
  const { execution_optimistic, data } = parseJson(text, ValidatorRecords, path);
  const rows = data.map(({ index, balance: balanceGwei, validator }) => ({
    ...{ index, pubkey: validator.pubkey, balanceGwei },
    withdrawalCredentials: validator.withdrawal_credentials,
    effectiveBalanceGwei: validator.effective_balance,
    isSlashed: validator.slashed,
    exitEpoch: validator.exit_epoch,
    withdrawableEpoch: validator.withdrawable_epoch,
  }));
  return { execution_optimistic, data: rows };
}

/** Nearly all epochs are the far future one, of which one number is enough. */
function epochOf(text: string): bigint {
  return text === FAR_FUTURE ? FAR_FUTURE_EPOCH : BigInt(text);
}
