import { fetchOperatorDirectory } from "../../clients/operatorDirectory.ts";
import { fetchOwnerState } from "../../clients/ownerEvents.ts";
import type { SSVConnection } from "../ssvConnection.ts";
import { declaredFeeFields, feeFields, fingerprintOf, operatorStates } from "./operatorFields.ts";

/**
 * An operator of ssv.network, as the account sees it, with those of the account's clusters that it serves.
 * @throws {OperatorDirectoryError} If there is none.
 */
export async function showOperator({ ssvNetwork, account, cacheFolder }: SSVConnection, id: bigint) {
  const { operators, blockNumber } = await fetchOperatorDirectory(ssvNetwork, { account, ids: [id] });
  const [operator] = operators;
  if (operator === undefined) throw new Error(`operator ${id} was not read`);
  const clusters =
    account === undefined ? [] : (await fetchOwnerState(ssvNetwork, account, { cacheFolder })).clusters.values();
  return {
    operator: id,
    state: operatorStates(operators).get(id) ?? "usable",
    owner: operator.owner,
    ...feeFields(operator.feeWeiPerBlock),
    declaredFee: declaredFeeFields(operator.declaredFee),
    validators: operator.validators,
    room: operator.room,
    isRemoved: operator.isRemoved,
    isPrivate: operator.isPrivate,
    isWhitelisted: operator.isWhitelisted,
    keyFingerprint: fingerprintOf(operator),
    operatorKey: operator.operatorKey ?? "",
    ssvNetwork: await ssvNetwork.getAddress(),
    account: account ?? "",
    blockNumber,
    clusters: [...clusters]
      .filter(({ operatorIds }) => operatorIds.includes(id))
      .map(({ operatorIds, snapshot }) => ({
        operators: [...operatorIds],
        validators: Number(snapshot.validatorCount),
        isActive: snapshot.active,
      })),
  };
}
