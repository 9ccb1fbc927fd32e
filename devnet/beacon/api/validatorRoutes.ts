import type { BeaconApiMethods } from "@lodestar/api/beacon/server";
import { getValidatorStatus, mapToGeneralStatus, type ValidatorStatus } from "@lodestar/types";

import { VALIDATOR_STATUSES } from "../../../clients/beaconValidators.ts";
import type { ChainState } from "../chainState.ts";
import type { ApiContext } from "./apiContext.ts";
import { badRequest, notFound } from "./apiErrors.ts";
import { findState } from "./stateIds.ts";
import { indexOf, indicesOf } from "./validatorIds.ts";

const GENERAL_STATUSES = ["active", "pending", "exited", "withdrawal"];

interface ValidatorsQuery {
  readonly stateId: string | number;
  readonly validatorIds?: readonly (string | number)[];
  readonly statuses?: readonly string[];
}

/** Validators of a state, and their balances. */
export function validatorRoutes({ chain }: ApiContext) {
  const validators = async ({ stateId, validatorIds, statuses = [] }: ValidatorsQuery) => {
    requireStatuses(statuses);
    const { state, meta } = await findState(chain, stateId);
    const rows = indicesOf(state, validatorIds).map((index) => validatorRow(state, index));
    const has = (status: ValidatorStatus) =>
      statuses.some((each) => each === status || each === mapToGeneralStatus(status));
    return { data: statuses.length === 0 ? rows : rows.filter(({ status }) => has(status)), meta };
  };
  const balances = async ({ stateId, validatorIds }: ValidatorsQuery) => {
    const { state, meta } = await findState(chain, stateId);
    const data = indicesOf(state, validatorIds).map((index) => ({ index, balance: state.balances.get(index) }));
    return { data, meta };
  };
  return {
    getStateValidators: validators,
    postStateValidators: validators,
    getStateValidatorBalances: balances,
    postStateValidatorBalances: balances,
    getStateValidator: async ({ stateId, validatorId }) => {
      const { state, meta } = await findState(chain, stateId);
      const index = indexOf(state, validatorId);
      if (index === undefined) throw notFound(`Validator not found: ${validatorId}`);
      return { data: validatorRow(state, index), meta };
    },
    postStateValidatorIdentities: async ({ stateId, validatorIds }) => {
      const { state, meta } = await findState(chain, stateId);
      const data = indicesOf(state, validatorIds).map((index) => {
        const { pubkey, activationEpoch } = state.validators.getReadonly(index);
        return { index, pubkey, activationEpoch };
      });
      return { data, meta };
    },
  } satisfies Partial<BeaconApiMethods["beacon"]>;
}

function validatorRow(state: ChainState, index: number) {
  const validator = state.validators.getReadonly(index).toValue();
  const status = getValidatorStatus(validator, state.epochCtx.epoch);
  return { index, balance: state.balances.get(index), status, validator };
}

function requireStatuses(statuses: readonly string[]): void {
  const known: readonly string[] = [...VALIDATOR_STATUSES, ...GENERAL_STATUSES];
  const unknown = statuses.find((status) => !known.includes(status));
  if (unknown !== undefined) throw badRequest(`Invalid validator status: ${unknown}`);
}
