import { readText } from "../../clients/files.ts";
import { fetchOperatorDirectory } from "../../clients/operatorDirectory.ts";
import type { PlannedBatch } from "../../src/ceremony/splitPlan.ts";
import type { ListedOperator } from "../../src/ssv/keysharesFile.ts";
import { findObstacles, OBSTACLES } from "../../src/ssv/operatorObstacles.ts";
import { operatorKeyFingerprint } from "../../src/ssv/operatorKey.ts";
import { parseOperatorsFile } from "../../src/ssv/operatorsFile.ts";
import { InputError } from "../input.ts";
import type { SSVConnection } from "../ssvConnection.ts";

/**
 * The operators of files that `operators suggest` wrote, by id.
 * @param files Paths, separated by commas.
 * @throws {InputError} If two have different keys of an operator.
 * @throws {FieldError} If one cannot be read.
 */
export function readOperatorsFiles(files: string): Map<bigint, ListedOperator> {
  const operators = new Map<bigint, ListedOperator>();
  for (const file of files.split(",").map((name) => name.trim()))
    for (const operator of parseOperatorsFile(readText(file, "operatorsFile"), file)) {
      const { id, operatorKey } = operators.get(operator.id) ?? operator;
      if (operatorKeyFingerprint(operatorKey) !== operatorKeyFingerprint(operator.operatorKey))
        throw new InputError(
          "operatorsFile",
          file,
          `has another key of operator ${id} than the files before it`,
          "write the files again with `operators suggest`",
        );
      operators.set(id, operator);
    }
  return operators;
}

/**
 * Looks up the operators that keys are to be split for, with the keys they registered.
 * @throws {InputError} If one was removed, does not serve the account, has no room, or has a key nobody can read.
 * @throws {OperatorDirectoryError} If one does not exist.
 */
export async function fetchOperatorsForKeys(
  { ssvNetwork, account }: SSVConnection,
  batches: readonly PlannedBatch[],
): Promise<Map<bigint, ListedOperator>> {
  const validators = new Map<bigint, number>();
  for (const { operatorIds, positions } of batches)
    for (const id of operatorIds) validators.set(id, (validators.get(id) ?? 0) + positions.length);
  const { operators } = await fetchOperatorDirectory(ssvNetwork, { account, ids: [...validators.keys()] });
  const found = new Map<bigint, ListedOperator>();
  for (const operator of operators) {
    const { id, operatorKey } = operator;
    const obstacle = findObstacles([operator], { validators: validators.get(id) ?? 0 }).get(id);
    if (obstacle !== undefined || operatorKey === undefined)
      throw new InputError(
        "operators",
        id.toString(),
        `names an operator ${OBSTACLES[obstacle ?? "key"]}`,
        "choose others with `operators suggest`",
      );
    found.set(id, { id, operatorKey });
  }
  return found;
}

/**
 * Checks that the operators of all batches were found in files.
 * @throws {InputError} Naming the first that was not.
 */
export function requireOperators(
  operators: ReadonlyMap<bigint, ListedOperator>,
  batches: readonly PlannedBatch[],
): ReadonlyMap<bigint, ListedOperator> {
  for (const id of batches.flatMap(({ operatorIds }) => operatorIds))
    if (!operators.has(id))
      throw new InputError(
        "operatorsFile",
        id.toString(),
        "is an operator that no file has",
        "name the files of all operators, separated by commas",
      );
  return operators;
}
