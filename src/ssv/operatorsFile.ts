import { z } from "zod";

import { FieldError } from "../units/errors.ts";
import { parseJson } from "../units/json.ts";
import { checkOperatorIds } from "./committee.ts";
import type { ListedOperator } from "./keysharesFile.ts";
import { operatorKeyFingerprint } from "./operatorKey.ts";

/** Name of the file in messages. */
export const OPERATORS_FILE = "operators.json";

/** Two entries of an operators file have the same key. */
export class OperatorsFileError extends FieldError {}

const Entries = z.array(z.strictObject({ id: z.int().positive(), operatorKey: z.string() }));

/**
 * Reads the operators that keys are to be split for, and their public keys, so that this can be done on a machine
 * without a network.
 * @returns By ascending id.
 * @throws {FileFormatError} If it has another shape.
 * @throws {OperatorIdsError} If they are no committee SSV accepts.
 * @throws {OperatorKeyError | OperatorsFileError} Naming the first key that cannot be read or is there twice.
 */
export function parseOperatorsFile(text: string, file = OPERATORS_FILE): ListedOperator[] {
  const operators = parseJson(text, Entries, file).map(({ id, operatorKey }) => ({ id: BigInt(id), operatorKey }));
  checkOperators(operators, file);
  return operators;
}

/**
 * Writes an operators file.
 * @param operators By ascending id.
 * @throws {FieldError} If `parseOperatorsFile` would refuse it.
 */
export function formatOperatorsFile(operators: readonly ListedOperator[]): string {
  checkOperators(operators, OPERATORS_FILE);
  const entries = operators.map(({ id, operatorKey }) => ({ id: Number(id), operatorKey }));
  return `${JSON.stringify(entries, null, 2)}\n`;
}

function checkOperators(operators: readonly ListedOperator[], file: string): void {
  checkOperatorIds(
    operators.map(({ id }) => id),
    `operator ids of ${file}`,
  );
  const seen = new Map<string, bigint>();
  operators.forEach(({ id, operatorKey }, i) => {
    const field = `${file}[${i}].operatorKey`;
    const fingerprint = operatorKeyFingerprint(operatorKey, field);
    const other = seen.get(fingerprint);
    if (other !== undefined)
      throw new OperatorsFileError(
        field,
        `SHA-256 ${fingerprint}`,
        `is that of operator ${other}, too`,
        "a key has one operator: choose another one",
      );
    seen.set(fingerprint, id);
  });
}
