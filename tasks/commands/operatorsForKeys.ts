import { readText } from "../../clients/files.ts";
import { fetchOperatorDirectory } from "../../clients/operatorDirectory.ts";
import type { Assignment, PlannedBatch } from "../../src/ceremony/splitPlan.ts";
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
 * How many validators each operator is to get. Where no key is left to split, all that are named, with none: a wrong
 * name is wrong also then, but what became of an operator since is of no interest.
 */
export function neededOperators(
  batches: readonly PlannedBatch[],
  assignments: readonly Assignment[],
): Map<bigint, number> {
  const validators = new Map<bigint, number>();
  for (const { operatorIds, positions } of batches)
    for (const id of operatorIds) validators.set(id, (validators.get(id) ?? 0) + positions.length);
  if (batches.length === 0)
    for (const id of assignments.flatMap(({ operatorIds }) => operatorIds)) validators.set(id, 0);
  return validators;
}

/**
 * Looks up the operators that keys are to be split for, with the keys they registered.
 * @param needed How many validators each is to get, by id.
 * @throws {InputError} If one was removed, does not serve the account, has no room, or has a key nobody can read.
 * @throws {OperatorDirectoryError} If one does not exist.
 */
export async function fetchOperatorsForKeys(
  { ssvNetwork, account }: SSVConnection,
  needed: ReadonlyMap<bigint, number>,
): Promise<Map<bigint, ListedOperator>> {
  const { operators } = await fetchOperatorDirectory(ssvNetwork, { account, ids: [...needed.keys()] });
  const found = new Map<bigint, ListedOperator>();
  for (const operator of operators) {
    const { id, operatorKey } = operator;
    const validators = needed.get(id) ?? 0;
    const obstacle = validators === 0 ? undefined : findObstacles([operator], { validators }).get(id);
    if (obstacle !== undefined || (operatorKey === undefined && validators > 0))
      throw new InputError(
        "operators",
        id.toString(),
        `names an operator ${OBSTACLES[obstacle ?? "key"]}${obstacle === "full" ? `: it can take ${operator.room} more, and ${validators} are needed` : ""}`,
        "choose others with `operators suggest`",
      );
    if (operatorKey !== undefined) found.set(id, { id, operatorKey });
  }
  return found;
}

/**
 * Checks that all operators that are needed were found in files.
 * @throws {InputError} Naming the first that was not.
 */
export function requireOperators(
  operators: ReadonlyMap<bigint, ListedOperator>,
  needed: ReadonlyMap<bigint, number>,
): ReadonlyMap<bigint, ListedOperator> {
  for (const id of needed.keys())
    if (!operators.has(id))
      throw new InputError(
        "operatorsFile",
        id.toString(),
        "is an operator that no file has",
        "name the files of all operators, separated by commas",
      );
  return operators;
}
