import { getAddress, toBeHex } from "ethers";
import fc from "fast-check";

import type { Operator } from "../../../src/ssv/operator.ts";
import { generateOperatorKey } from "../../../src/ssv/operatorKey.ts";

/** As many operators as a property needs; RSA keys are slow to generate. */
export const MOST_OPERATORS = 12;

const keys = Array.from({ length: MOST_OPERATORS }, () => generateOperatorKey().publicKey);

/** An account that owns operators in tests. */
export function ownerNumber(number: number): string {
  return getAddress(toBeHex(number, 20));
}

/** The key that operator 1, 2 … has in tests. */
export function keyOf(id: bigint): string {
  return keys[Number(id - 1n) % MOST_OPERATORS] ?? "";
}

/** A public operator with room and a key and an owner of its own, with what differs. */
export function operator(id: bigint, fields: Partial<Operator> = {}): Operator {
  return {
    id,
    owner: ownerNumber(Number(id)),
    operatorKey: keyOf(id),
    feeWeiPerBlock: 1_000_000_000n,
    declaredFee: undefined,
    validators: 10,
    room: 90,
    isPrivate: false,
    isWhitelisted: false,
    isRemoved: false,
    ...fields,
  };
}

const fees = fc.bigInt(0n, 9n).map((fee) => fee * 100_000n);
const rarely = fc.integer({ min: 0, max: 9 }).map((number) => number === 0);
const traits = fc.record({
  owner: fc.integer({ min: 1, max: 8 }).map(ownerNumber),
  feeWeiPerBlock: fees,
  declaredFee: fc.option(
    fees.map((feeWeiPerBlock) => ({ feeWeiPerBlock, fromTime: 1n, untilTime: 2n })),
    { nil: undefined, freq: 5 },
  ),
  validators: fc.integer({ min: 0, max: 3 }),
  room: fc.integer({ min: 0, max: 9 }),
  isPrivate: rarely,
  isWhitelisted: fc.boolean(),
  isRemoved: rarely,
  hasKey: rarely.map((isMissing) => !isMissing),
});

/** Operators 1, 2 … that differ in all that matters, in any order. */
export const directories = fc
  .array(traits, { minLength: 4, maxLength: MOST_OPERATORS })
  .map((all) =>
    all.map(({ hasKey, ...fields }, i) => {
      const id = BigInt(i + 1);
      return operator(id, { ...fields, operatorKey: hasKey ? keyOf(id) : undefined });
    }),
  )
  .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));
