import { createPublicKey } from "node:crypto";

import { z } from "zod";

import { readText } from "../../clients/files.ts";
import { fetchOperatorRecords } from "../../clients/operators.ts";
import { requireEvent } from "../../clients/receipts.ts";
import { BLOCKS_PER_YEAR } from "../../src/ssv/fees.ts";
import {
  decodeOperatorPublicKey,
  encodeOperatorPublicKey,
  formatOperatorPublicKey,
  operatorKeyFingerprint,
} from "../../src/ssv/operatorKey.ts";
import { ISSVNetworkViews__factory } from "../../typechain-types/index.ts";
import { InputError } from "../input.ts";
import type { OwnedOperators } from "../operatorAccount.ts";
import type { Plan } from "../transaction.ts";
import { requireLeast, requireMost } from "./operatorFees.ts";

/** What a node's key file says of the public key. */
const NodeKeyFile = z.object({ pubKey: z.string() });

/** An operator to be. */
export interface NewOperator {
  /** With its public key: a PEM, SSV's encoding of one, or the key file of an SSV node. */
  readonly file: string;
  /** Wei per block, for 32 ETH. */
  readonly fee: bigint;
  readonly isPrivate: boolean;
}

/**
 * Proposes to register an operator.
 * @throws {InputError | FileError | OperatorKeyError} If the file holds no key that SSV takes, or an operator has it, or
 * the fee is outside of SSV's bounds.
 */
export async function planOperatorRegistration(
  { ssv, sender }: OwnedOperators,
  { file, fee, isPrivate }: NewOperator,
): Promise<Plan> {
  const { ssvNetwork, connection } = ssv;
  const key = readKey(file);
  const fingerprint = operatorKeyFingerprint(key, "key");
  const records = await fetchOperatorRecords(ssvNetwork);
  const taken = records.find(({ publicKey }) => fingerprintOf(publicKey) === fingerprint);
  if (taken !== undefined)
    throw new InputError("key", file, `is that of operator ${taken.id} already`, "make another for this operator");
  const views = ISSVNetworkViews__factory.connect(await ssvNetwork.getAddress(), connection.ethers.provider);
  await requireLeast(views, fee);
  await requireMost(views, fee);
  return {
    action: `register an operator that charges ${fee} wei per block`,
    details: { keyFingerprint: fingerprint, feeWeiPerBlock: fee, feeWeiPerYear: fee * BLOCKS_PER_YEAR, isPrivate },
    warnings: [
      "SSV never changes the key of an operator",
      ...(fee === 0n ? ["a fee of zero can never be raised"] : []),
    ],
    signer: sender,
    transaction: await ssvNetwork.registerOperator.populateTransaction(encodeOperatorPublicKey(key), fee, isPrivate),
    outcome: (receipt) => {
      const { operatorId } = requireEvent(ssvNetwork, receipt, "OperatorAdded") as { operatorId: bigint };
      return { operator: operatorId, keyFingerprint: fingerprint, feeWeiPerBlock: fee, isPrivate };
    },
  };
}

/** In SSV's encoding. */
function readKey(file: string): string {
  const text = readText(file, "key").trim();
  if (text.includes("PRIVATE KEY"))
    throw new InputError("key", file, "holds a private key", "name the file with the public key alone");
  try {
    if (text.startsWith("{")) return NodeKeyFile.parse(JSON.parse(text)).pubKey;
    return text.includes("BEGIN PUBLIC KEY") ? formatOperatorPublicKey(createPublicKey(text)) : text;
  } catch {
    throw new InputError("key", file, "holds no public key that can be read", "name a PEM or a node's key file");
  }
}

function fingerprintOf(publicKey: Parameters<typeof decodeOperatorPublicKey>[0]): string | undefined {
  try {
    return operatorKeyFingerprint(decodeOperatorPublicKey(publicKey));
  } catch {
    return undefined;
  }
}
