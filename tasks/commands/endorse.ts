import {
  type OwnerSignature,
  ownerMessageHash,
  ownerMessageText,
  packOwnerSignature,
  SIGNATURE_CONFIRMED,
} from "../../src/ssv/ownerSignature.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { PoolConnection } from "../connect.ts";
import { InputError } from "../input.ts";
import { toText, type PrintableRecord } from "../output.ts";
import { accessOf, findSender } from "../signers.ts";
import type { Terminal } from "../terminal.ts";
import { agree, type Disagreement } from "../transaction.ts";

/** Whoever signs personal messages: a wallet, or an account of a network. */
export interface MessageSigner {
  readonly address: string;
  signMessage(text: string): Promise<string>;
}

const METHOD = "isValidSignature";
const NOT_SIGNED: Disagreement = {
  undone: "nothing was signed",
  remedy: "run it in a terminal, or let it go ahead without being asked with --yes",
};

/**
 * The account of the network that signs for the owner: the one that is named, or else the first one that may.
 * @throws {InputError} If it may not, or none may.
 */
export async function findEndorser(opened: PoolConnection, from: string | undefined): Promise<MessageSigner> {
  if (from !== undefined) return findSender(opened, from);
  const signers = await opened.connection.ethers.getSigners();
  let longestDelay = 0n;
  for (const signer of signers) {
    const { immediate, delay } = await accessOf(opened, opened.pool.clusterManager, METHOD, signer.address);
    if (immediate) return signer;
    if (delay > longestDelay) longestDelay = delay;
  }
  throw notAllowed("from", `none of ${signers.length} accounts`, longestDelay);
}

/**
 * Shows a message of ssv-dkg, asks, and signs it for the owner of the clusters.
 * @param field Through what the signer was named.
 * @throws {InputError} If the signer has no role, or one with a delay, or nobody agrees.
 */
export async function endorse(
  opened: PoolConnection,
  { message, signer, field }: { readonly message: Hex; readonly signer: MessageSigner; readonly field: string },
  { yes }: { readonly yes: boolean },
  terminal: Terminal,
): Promise<PrintableRecord> {
  await requireRole(opened, signer.address, field);
  const preview = {
    action: "sign a message of ssv-dkg for the owner of the clusters",
    owner: await opened.pool.clusterManager.getAddress(),
    message: ownerMessageText(message),
    signer: signer.address,
  };
  terminal.note(toText(preview));
  terminal.note(
    "warning: the digits do not show which keys, withdrawal credentials and operators they stand for: sign only what your own ssv-dkg wrote",
  );
  if (!yes) await agree(terminal, "Type yes to sign this message: ", NOT_SIGNED);
  const signature = (await signer.signMessage(ownerMessageText(message))) as Hex;
  return confirm(opened, { message, signer: signer.address, signature });
}

/**
 * Makes a signature for the owner of the clusters out of one that an account with the role, such as a Safe, has made.
 * @throws {InputError} If the signer has no role, or one with a delay, or did not sign the message.
 */
export async function wrapSignature(opened: PoolConnection, given: OwnerSignature): Promise<PrintableRecord> {
  await requireRole(opened, given.signer, "signerAddress");
  return confirm(opened, given);
}

/** Has the owner confirm what ssv-dkg's operators will ask it. */
async function confirm({ pool }: PoolConnection, given: OwnerSignature): Promise<PrintableRecord> {
  const packed = packOwnerSignature(given);
  const hash = ownerMessageHash(given.message);
  const message = ownerMessageText(given.message);
  const answer = await pool.clusterManager.isValidSignature(hash, packed);
  if (answer !== SIGNATURE_CONFIRMED)
    throw new InputError(
      "signature",
      given.signature,
      `is none by ${given.signer} of this message`,
      `have the account sign ${message} as a text, without 0x; a contract must confirm ${hash}`,
    );
  return {
    owner: await pool.clusterManager.getAddress(),
    message,
    hash,
    signer: given.signer,
    signature: packed.slice(2),
  };
}

async function requireRole(opened: PoolConnection, account: string, field: string): Promise<void> {
  const { immediate, delay } = await accessOf(opened, opened.pool.clusterManager, METHOD, account);
  if (!immediate) throw notAllowed(field, account, delay);
}

function notAllowed(field: string, value: string, delay: bigint): InputError {
  if (delay > 0n)
    return new InputError(
      field,
      value,
      `has the role to sign for the owner with a delay of ${delay} seconds, which a signature cannot keep`,
      "sign with an account that has the role without a delay",
    );
  return new InputError(
    field,
    value,
    "has no role to sign for the owner of the clusters",
    "sign with an account that has the operator role, which the pool's admin can grant",
  );
}
