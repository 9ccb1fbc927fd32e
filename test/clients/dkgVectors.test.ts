import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "chai";

import { importDkg } from "../../clients/dkgFolder.ts";
import type { Ceremony } from "../../src/ceremony/ceremony.ts";
import { parseProofsFile } from "../../src/ceremony/dkgProofs.ts";
import { parseSecretKey } from "../../src/consensus/bls.ts";
import { DepositError } from "../../src/consensus/deposit.ts";
import { MAINNET, type Network } from "../../src/consensus/network.ts";
import { recoverSecret, type SecretShare } from "../../src/keys/shamir.ts";
import { signingThreshold } from "../../src/ssv/committee.ts";
import { verifyOwnShare } from "../../src/ssv/keyshareVerification.ts";
import { parseOperatorPrivateKey } from "../../src/ssv/operatorKey.ts";
import { decryptShare } from "../../src/ssv/shareEncryption.ts";
import { fromHex, toHex } from "../../src/units/hex.ts";

const VECTORS = new URL("../vectors/ssv-dkg/", import.meta.url).pathname;
/** The network that the older release was tried on; shut since. */
const HOLESKY: Network = {
  name: "holesky",
  chainId: 17_000n,
  genesisForkVersion: "0x01017000",
  depositContract: "0x4242424242424242424242424242424242424242",
};

const OWNER = "0xDCc846fA10C7CfCE9e6Eb37e06eD93b666cFC5E9";
const CREDENTIALS = "0x01000000000000000000000081592c3de184a3e2c0dcb5a261bc107bfa91f494";
const IDS = [11n, 22n, 33n, 44n, 55n, 66n, 77n, 88n, 99n, 110n, 111n, 112n, 113n];

const pemById = JSON.parse(readFileSync(join(VECTORS, "operators.json"), "utf8")) as Record<string, string>;
const privateKeys = new Map(IDS.map((id) => [id, parseOperatorPrivateKey(pemById[String(id)] ?? "")]));

function privateKeyOf(id: bigint) {
  const key = privateKeys.get(id);
  if (key === undefined) throw new Error(`no private key of operator ${id}`);
  return key;
}

/** Names of the validators' folders. */
function folders(vector: string): string[] {
  return readdirSync(join(VECTORS, vector)).filter((name) => !name.endsWith(".json"));
}

/** All choices of so many elements. */
function choices<T>(all: readonly T[], count: number): T[][] {
  const [first, ...others] = all;
  if (count === 0) return [[]];
  if (first === undefined) return [];
  return [...choices(others, count - 1).map((choice) => [first, ...choice]), ...choices(others, count)];
}

/** The shares of a key as its operators decrypt them out of their proofs. */
function decryptedShares(encryptedShares: readonly string[], { operatorIds }: Ceremony): SecretShare[] {
  return encryptedShares.map((encrypted, i) => {
    const operatorId = operatorIds[i] ?? 0n;
    return { operatorId, secret: decryptShare(fromHex(encrypted, "share"), privateKeyOf(operatorId)) };
  });
}

function publicKeyOf(shares: readonly SecretShare[]): string {
  return toHex(parseSecretKey(recoverSecret(shares)).toPublicKey().toBytes());
}

describe("ceremonies that ssv-dkg made", () => {
  for (const [vector, operators, validators] of [
    ["operators-4", 4, 1],
    ["operators-7", 7, 1],
    ["operators-10", 10, 1],
    ["operators-13", 13, 1],
    ["validators-3", 4, 3],
  ] as const) {
    const operatorIds = IDS.slice(0, operators);
    const read = (): ReturnType<typeof importDkg> =>
      importDkg(join(VECTORS, vector), MAINNET, {
        owner: OWNER,
        withdrawalCredentials: CREDENTIALS,
        operatorIds,
        firstNonce: 1n,
      });

    it(`${vector}: imports ${validators} of ${operators} operators`, () => {
      const { ceremony, proofs, files } = read();

      expect(ceremony).to.deep.include({ owner: OWNER, operatorIds, withdrawalCredentials: CREDENTIALS });
      expect(ceremony.amount).to.equal(32_000_000_000n);
      expect(ceremony.keys.map(({ ownerNonce, pubkey }) => `00000${ownerNonce}-${pubkey}`)).to.deep.equal(
        folders(vector),
      );
      expect(parseProofsFile(files["proofs.json"] ?? "")).to.deep.equal(proofs);
    });

    it(`${vector}: ${signingThreshold(operators)} operators have the key, fewer do not, and each has its share`, () => {
      const { ceremony, proofs } = read();
      const threshold = signingThreshold(operators);
      ceremony.keys.forEach((key, i) => {
        const shares = decryptedShares(
          (proofs[i] ?? []).map(({ encryptedShare }) => encryptedShare),
          ceremony,
        );
        const recovered = (count: number): Set<string> => new Set(choices(shares, count).map(publicKeyOf));

        expect([...recovered(threshold)]).to.deep.equal([key.pubkey]);
        expect(recovered(threshold - 1).has(key.pubkey)).to.equal(false);
        for (const id of operatorIds)
          verifyOwnShare({ ...key, publicKey: key.pubkey, owner: OWNER, operatorIds }, id, privateKeyOf(id));
      });
    });
  }

  it("H6 amount-2048: refuses an amount that its credentials would not hold, though all signed it", () => {
    const read = (): unknown => importDkg(join(VECTORS, "amount-2048"), MAINNET, {});
    expect(read).to.throw(
      DepositError,
      "deposit_data.json[0].amount does not fit 0x01 credentials (got 2048000000000 Gwei)",
    );
  });

  it("release-2: imports what an earlier release wrote, with keyshares of version v1.1.0", () => {
    const owner = "0x5cC0DdE14E7256340CC820415a6022a7d1c93A35";
    const { ceremony, proofs, files } = importDkg(join(VECTORS, "release-2"), HOLESKY, { owner, firstNonce: 2731n });

    expect(JSON.parse(files["keyshares.json"] ?? "")).to.have.property("version", "v1.1.0");
    expect(ceremony.operatorIds).to.deep.equal(Array.from({ length: 13 }, (_, i) => BigInt(60 + i)));
    expect(ceremony.keys.map(({ ownerNonce, pubkey }) => `00${ownerNonce}-${pubkey}`)).to.deep.equal(
      folders("release-2"),
    );
    expect(proofs.map((ofKey) => ofKey.length)).to.deep.equal([13]);
  });
});
