import { relative } from "node:path";

import { parseCeremony, type Ceremony, type SharedKeys } from "../src/ceremony/ceremony.ts";
import { parseProofsFile, PROOFS_FILE } from "../src/ceremony/dkgProofs.ts";
import { verifyProofs } from "../src/ceremony/dkgProofVerification.ts";
import { ceremonyTree } from "../src/ceremony/tree.ts";
import type { Network } from "../src/consensus/network.ts";
import { DEPOSIT_FILE } from "../src/keys/depositFile.ts";
import { KEYSHARES_FILE } from "../src/ssv/keysharesFile.ts";
import type { Hex } from "../src/units/hex.ts";
import { readExcluded } from "./batchList.ts";
import { batchFolders, readBatchFiles, type BatchFiles } from "./ceremonyFolder.ts";

/** A batch of a ceremony's folder. */
export interface FolderBatch {
  /**
   * What others need to activate it. Proofs are not among them: with those, anybody can ask the operators to sign or share
   * the keys anew, and only ssv-dkg would stand in his way.
   */
  readonly files: BatchFiles;
  readonly ceremony: Ceremony;
  /** Of its Merkle tree. */
  readonly root: Hex;
  /** Those of its keys that the folder's list leaves out. */
  readonly excluded: readonly Hex[];
}

/**
 * Reads and verifies all batches of a ceremony's folder, by ascending nonce, with their proofs where they have any.
 * @throws {CeremonyFolderError} If there is none.
 * @throws {FileError} If a file cannot be read.
 * @throws {BatchListError} If the list of keys that are left out is damaged.
 * @throws {FieldError} As `parseCeremony` and `verifyProofs` do.
 */
export function readBatches(folder: string, network: Network): FolderBatch[] {
  const found = batchFolders(folder);
  const leftOut = readExcluded(folder);
  // Without any, the folder itself is read, which says what is missing.
  const batches = (found.length === 0 ? [folder] : found).map((path): FolderBatch => {
    const files = readBatchFiles(path);
    const at = path === folder ? "" : `${relative(folder, path)}/`;
    const { [DEPOSIT_FILE]: deposits, [KEYSHARES_FILE]: keyshares, [PROOFS_FILE]: proofs } = files;
    const ceremony = parseCeremony({ deposits, keyshares }, network, at);
    const proofsFile = `${at}${PROOFS_FILE}`;
    if (proofs !== undefined) verifyProofs(ceremony, parseProofsFile(proofs, proofsFile), proofsFile);
    const published = { [DEPOSIT_FILE]: deposits, [KEYSHARES_FILE]: keyshares };
    const excluded = ceremony.keys.map(({ pubkey }) => pubkey).filter((pubkey) => leftOut.has(pubkey));
    return { files: published, ceremony, root: ceremonyTree(ceremony.keys).root as Hex, excluded };
  });
  return batches.sort((a, b) => (firstNonceOf(a.ceremony) < firstNonceOf(b.ceremony) ? -1 : 1));
}

/** Nonce of a batch's first key. */
export function firstNonceOf({ keys }: Pick<SharedKeys, "keys">): bigint {
  const [first] = keys;
  if (first === undefined) throw new Error("a ceremony has at least one key");
  return first.ownerNonce;
}
