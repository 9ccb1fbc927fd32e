import type { Watch } from "../../clients/operatorDirectory.ts";
import { BLOCKS_PER_YEAR } from "../../src/ssv/fees.ts";
import type { DeclaredFee, Operator } from "../../src/ssv/operator.ts";
import { findObstacles, type Obstacle } from "../../src/ssv/operatorObstacles.ts";
import { operatorKeyFingerprint } from "../../src/ssv/operatorKey.ts";
import { withProgress } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

/** In a word, why an operator cannot be used for a further validator, or that it can. */
export type OperatorState = "usable" | "removed" | "private" | "full" | "bad key";

const STATES: Readonly<Record<Obstacle, OperatorState>> = {
  removed: "removed",
  private: "private",
  full: "full",
  key: "bad key",
  // Of no importance where nothing is excluded and any fee will do.
  excluded: "usable",
  fee: "usable",
  declaredFee: "usable",
};

/** States of operators by their ids, for somebody who wants one validator and pays any fee. */
export function operatorStates(operators: readonly Operator[]): Map<bigint, OperatorState> {
  const obstacles = findObstacles(operators, { validators: 1 });
  return new Map(
    operators.map(({ id }) => {
      const obstacle = obstacles.get(id);
      return [id, obstacle === undefined ? "usable" : STATES[obstacle]] as const;
    }),
  );
}

/** A fee for 32 ETH of effective balance, by the block and by the year. */
export function feeFields(feeWeiPerBlock: bigint) {
  return { feeWeiPerBlock, feeWeiPerYear: feeWeiPerBlock * BLOCKS_PER_YEAR };
}

/** A declared fee with its times; nothing if there is none. */
export function declaredFeeFields(declared: DeclaredFee | undefined) {
  if (declared === undefined) return null;
  const { feeWeiPerBlock, fromTime, untilTime } = declared;
  return { ...feeFields(feeWeiPerBlock), executableAt: fromTime, expiresAt: untilTime };
}

/** SHA-256 of an operator's key; empty if it cannot be read. */
export function fingerprintOf({ operatorKey }: Operator): string {
  return operatorKey === undefined ? "" : operatorKeyFingerprint(operatorKey);
}

/** Shows how far the reading of operators is. */
export function watchReading(terminal: Terminal): Watch {
  return (total, work) => withProgress(terminal, "read operators", total, work);
}
