import { getAddress } from "ethers";
import { z } from "zod";

import { FieldError } from "../units/errors.ts";
import type { Hex } from "../units/hex.ts";
import { hexSchema, parseJson } from "../units/json.ts";
import { checkOperatorIds, sameOperators } from "./committee.ts";
import type { Keyshare } from "./keyshare.ts";
import { checkOwner } from "./ownerNonce.ts";

/** Name of the file in messages. */
export const KEYSHARES_FILE = "keyshares.json";

/** An operator as keyshares files list it. */
export interface ListedOperator {
  readonly id: bigint;
  /** The operator's public key in SSV's encoding. */
  readonly operatorKey: string;
}

/** A keyshare with the operator keys it was encrypted for. */
export interface ListedKeyshare extends Keyshare {
  readonly operators: readonly ListedOperator[];
}

/** The two halves of an entry of a keyshares file contradict each other. */
export class KeysharesFileError extends FieldError {}

const VERSIONS = ["v1.1.0", "v1.2.0"] as const;
/** Versions of the file, which have the same shape; ssv-keys 1.1.0 reads no other than its own. */
export type KeysharesVersion = (typeof VERSIONS)[number];

const Id = z.int().positive();
const File = z.object({
  version: z.enum(VERSIONS),
  createdAt: z.string().optional(),
  shares: z
    .array(
      z.object({
        data: z.object({
          ownerNonce: z.int().nonnegative(),
          ownerAddress: z.string(),
          publicKey: hexSchema(48),
          operators: z.array(z.object({ id: Id, operatorKey: z.string() })),
        }),
        payload: z.object({ publicKey: hexSchema(48), operatorIds: z.array(Id), sharesData: hexSchema() }),
      }),
    )
    .min(1),
});

/**
 * Reads a keyshares file of version v1.1.0 or v1.2.0, as ssv-keys, SSV's SDK and ssv-dkg write it. Checks the shape
 * and that the halves of each entry agree; `verifyKeyshares` verifies the cryptography.
 * @returns The keyshares in the order of the file.
 * @throws {FileFormatError} If it has another shape or version.
 * @throws {OperatorIdsError | OwnerNonceError | KeysharesFileError} Naming the first entry that is wrong.
 */
export function parseKeysharesFile(text: string, file = KEYSHARES_FILE): ListedKeyshare[] {
  return parseJson(text, File, file).shares.map(({ data, payload }, i) => {
    const at = (name: string): string => `${file}.shares[${i}].${name}`;
    const operatorIds = payload.operatorIds.map(BigInt);
    const operators = data.operators.map(({ id, operatorKey }) => ({ id: BigInt(id), operatorKey }));
    checkOperatorIds(operatorIds, at("payload.operatorIds"));
    const owner = checkOwner(data.ownerAddress, at("data.ownerAddress"));
    const listed = operators.map(({ id }) => id);
    if (!sameOperators(listed, operatorIds))
      throw contradiction(at("data.operators"), listed.join(", "), `the payload's, ${operatorIds.join(", ")}`);
    if (data.publicKey !== payload.publicKey)
      throw contradiction(at("data.publicKey"), data.publicKey, `the payload's, ${payload.publicKey}`);
    return {
      owner,
      ownerNonce: BigInt(data.ownerNonce),
      publicKey: payload.publicKey,
      operatorIds,
      sharesData: payload.sharesData,
      operators,
    };
  });
}

/**
 * Writes a keyshares file.
 * @param createdAt Time to state in it, ISO 8601.
 */
export function formatKeysharesFile(
  keyshares: readonly ListedKeyshare[],
  createdAt: string,
  version: KeysharesVersion = "v1.2.0",
): string {
  const shares = keyshares.map((keyshare) => ({
    data: {
      ownerNonce: Number(keyshare.ownerNonce),
      ownerAddress: getAddress(keyshare.owner),
      publicKey: keyshare.publicKey,
      operators: keyshare.operators.map(({ id, operatorKey }) => ({ id: Number(id), operatorKey })),
    },
    payload: {
      publicKey: keyshare.publicKey,
      operatorIds: keyshare.operatorIds.map(Number),
      sharesData: keyshare.sharesData satisfies Hex,
    },
  }));
  return JSON.stringify({ version, createdAt, shares }, null, 2);
}

function contradiction(field: string, value: string, other: string): KeysharesFileError {
  return new KeysharesFileError(field, value, `differ from ${other}`, "generate the file again");
}
