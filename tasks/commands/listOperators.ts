import { fetchOperatorDirectory } from "../../clients/operatorDirectory.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import type { Terminal } from "../terminal.ts";
import { feeFields, watchReading, operatorStates } from "./operatorFields.ts";

/** Which operators are to be listed. */
export interface ListedOperators {
  readonly owner: string | undefined;
  /** Whether only those that the account can use. */
  readonly usable: boolean;
  /** How many at the most. */
  readonly limit: number;
}

/** Operators of ssv.network by their ids, as the account sees them. */
export async function listOperators(
  { ssvNetwork, account }: SSVConnection,
  wanted: ListedOperators,
  terminal: Terminal,
) {
  const { operators, networkFeeWeiPerBlock, blockNumber } = await fetchOperatorDirectory(ssvNetwork, {
    account,
    watch: watchReading(terminal),
  });
  const states = operatorStates(operators);
  const matching = operators.filter(
    ({ id, owner }) =>
      (wanted.owner === undefined || owner === wanted.owner) && (!wanted.usable || states.get(id) === "usable"),
  );
  return {
    ssvNetwork: await ssvNetwork.getAddress(),
    account: account ?? "",
    blockNumber,
    networkFeeWeiPerBlock,
    matching: matching.length,
    listed: matching.slice(0, wanted.limit).map((operator) => ({
      operator: operator.id,
      state: states.get(operator.id) ?? "usable",
      ...feeFields(operator.feeWeiPerBlock),
      validators: operator.validators,
      isPrivate: operator.isPrivate,
      hasDeclaredFee: operator.declaredFee !== undefined,
      owner: operator.owner,
    })),
  };
}
