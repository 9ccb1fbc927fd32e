import type { BaseWallet } from "ethers";

import { ownerMessageHash, ownerMessageText, packOwnerSignature } from "../../src/ssv/ownerSignature.ts";
import type { Hex } from "../../src/units/hex.ts";
import type { TestSuite } from "./suite.ts";

/** EIP-1271: the answers. */
export const CONFIRMED = "0x1626ba7e";
export const REFUSED = "0xffffffff";
/** A message as ssv-dkg writes it, with all digits. */
export const MESSAGE: Hex = "0xfedcba98765432100123456789abcdef00112233445566778899aabbccddeeff";

/** Whoever signs personal messages. */
export type MessageSigner = Pick<BaseWallet, "signMessage"> & { readonly address: string };

/** What the owner account answers to a signature by `key`, which says that it is one of `signer`. */
export async function askOwner(
  { clusterManager }: TestSuite,
  key: MessageSigner,
  signer = key.address,
  message = MESSAGE,
): Promise<string> {
  const signature = (await key.signMessage(ownerMessageText(message))) as Hex;
  return clusterManager.isValidSignature(ownerMessageHash(message), packOwnerSignature({ message, signer, signature }));
}
