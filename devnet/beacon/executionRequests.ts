import { ssz, type electra } from "@lodestar/types";

import { fromHex, toHex, type Hex } from "../../src/units/hex.ts";

/** Lists of requests in the order of their types' first bytes (EIP-7685; consensus-specs `get_execution_requests_list`). */
const LISTS = [
  { type: 0, name: "deposits", list: ssz.electra.DepositRequests },
  { type: 1, name: "withdrawals", list: ssz.electra.WithdrawalRequests },
  { type: 2, name: "consolidations", list: ssz.electra.ConsolidationRequests },
] as const;

/** Reads the requests of a payload: for each type that occurs, its number and the list in SSZ. */
export function requestsFromJson(encoded: readonly Hex[]): electra.ExecutionRequests {
  const requests = ssz.electra.ExecutionRequests.defaultValue();
  for (const text of encoded) {
    const [type, ...data] = fromHex(text, "execution requests");
    const found = LISTS.find((each) => each.type === type);
    if (found === undefined) throw new Error(`the execution client makes requests of the unknown type ${type}`);
    Object.assign(requests, { [found.name]: found.list.deserialize(Uint8Array.from(data)) });
  }
  return requests;
}

/** Writes requests as `newPayload` takes them: types without any are left out. */
export function requestsToJson({ deposits, withdrawals, consolidations }: electra.ExecutionRequests): Hex[] {
  const encoded = [
    ssz.electra.DepositRequests.serialize(deposits),
    ssz.electra.WithdrawalRequests.serialize(withdrawals),
    ssz.electra.ConsolidationRequests.serialize(consolidations),
  ];
  return encoded.flatMap((data, type) => (data.length === 0 ? [] : [toHex(Uint8Array.from([type, ...data]))]));
}
