import { computeSigningRoot } from "@lodestar/state-transition";
import { ssz } from "@lodestar/types";
import { expect } from "chai";

import type { Duty } from "../../devnet/committee/duties.ts";
import { combine, integerWeights } from "../../devnet/committee/integerWeights.ts";
import { signingRoot } from "../../devnet/committee/signingRoots.ts";
import { subsetsOf } from "../../devnet/committee/subsets.ts";
import { verifyEach } from "../../devnet/committee/verification.ts";
import { parseSecretKey } from "../../src/consensus/bls.ts";
import { splitSecret } from "../../src/keys/shamir.ts";
import { recoverSignature } from "../../src/keys/thresholdPoints.ts";
import { fromHex, toHex, type Hex } from "../../src/units/hex.ts";
import { attestation, FORK, proposal, randao } from "../helpers/devnetOperators.ts";

const SECRET = new Uint8Array(32).fill(5);
const MESSAGE = new Uint8Array(32).fill(9);
const PUBKEY = toHex(parseSecretKey(SECRET).toPublicKey().toBytes());
const CONTEXT = { ...FORK, executionBlock: { number: 0, hash: `0x${"00".repeat(32)}` } } as const;

describe("What operators of a devnet sign", () => {
  /** By consensus-specs: domain type, object and its type, and the fork version that applies. */
  const cases: [Duty, number, (duty: never) => Uint8Array, Hex?][] = [
    [
      attestation(PUBKEY, [3n, 5n]),
      1,
      ({ data }: Extract<Duty, { type: "attestation" }>) =>
        ssz.phase0.AttestationData.hashTreeRoot({
          slot: Number(data.slot),
          index: Number(data.index),
          beaconBlockRoot: bytes(data.beaconBlockRoot),
          source: { epoch: Number(data.source.epoch), root: bytes(data.source.root) },
          target: { epoch: Number(data.target.epoch), root: bytes(data.target.root) },
        }),
    ],
    [randao(PUBKEY, 77n), 2, () => ssz.Epoch.hashTreeRoot(77)],
    [
      { type: "syncCommittee", pubkey: PUBKEY, slot: 12n, beaconBlockRoot: `0x${"ab".repeat(32)}` },
      7,
      () => ssz.Root.hashTreeRoot(new Uint8Array(32).fill(0xab)),
    ],
    [
      proposal(PUBKEY, 99n),
      0,
      ({ header }: Extract<Duty, { type: "proposal" }>) =>
        ssz.phase0.BeaconBlockHeader.hashTreeRoot({
          slot: Number(header.slot),
          proposerIndex: Number(header.proposerIndex),
          parentRoot: bytes(header.parentRoot),
          stateRoot: bytes(header.stateRoot),
          bodyRoot: bytes(header.bodyRoot),
        }),
    ],
    [
      { type: "voluntaryExit", pubkey: PUBKEY, epoch: 5n, validatorIndex: 6n },
      4,
      () => ssz.phase0.VoluntaryExit.hashTreeRoot({ epoch: 5, validatorIndex: 6 }),
      FORK.exitForkVersion,
    ],
  ];
  for (const [duty, domainType, rootOf, version = FORK.forkVersion] of cases)
    it(`is the root that another implementation computes, for duties of type ${duty.type}`, () => {
      const genesisValidatorsRoot = bytes(FORK.genesisValidatorsRoot);
      const fork = ssz.phase0.ForkData.hashTreeRoot({ currentVersion: bytes(version), genesisValidatorsRoot });
      const domain = Uint8Array.from([domainType, 0, 0, 0, ...fork.subarray(0, 28)]);
      const expected = computeSigningRoot(ssz.Root, rootOf(duty as never), domain);

      expect(toHex(signingRoot(duty, CONTEXT))).to.equal(toHex(expected));
    });
});

describe("Partial signatures", () => {
  for (const [ids, threshold] of [
    [[1n, 2n, 3n, 4n], 3],
    [[5n, 17n, 230n, 1_001n], 3],
    [[1n, 2n, 3n, 4n, 5n, 6n, 7n], 5],
  ] as const)
    it(`give the validator's signature for every threshold of operators ${ids.join(", ")}`, () => {
      const parts = splitSecret(SECRET, ids, threshold).map(({ operatorId, secret }) => {
        return { operatorId, signature: parseSecretKey(secret).sign(MESSAGE).toBytes() };
      });
      const whole = toHex(parseSecretKey(SECRET).sign(MESSAGE).toBytes());
      const subsets = subsetsOf(ids, threshold);

      expect(new Set(subsets.map(String)).size).to.equal(choose(ids.length, threshold));
      for (const subset of subsets) {
        const few = parts.filter((_, i) => subset.includes(i));
        expect(toHex(combine(few)), subset.join()).to.equal(whole);
        expect(toHex(recoverSignature(few)), subset.join()).to.equal(whole);
      }
    });

  it("have whole weights, or none that are quick", () => {
    expect(integerWeights([1n, 2n, 3n])).to.deep.equal([3n, -3n, 1n]);
    expect(integerWeights([2n, 3n, 4n])).to.deep.equal([6n, -8n, 3n]);
    expect(integerWeights([1n, 2n, 4n])).to.equal(undefined);
  });

  it("are tried quick ones first, and none with an operator twice", () => {
    expect(subsetsOf([1n, 2n, 3n, 4n], 3).at(-1)).to.deep.equal([0, 1, 3]);
    expect(subsetsOf([1n, 2n, 2n], 2)).to.deep.equal([
      [0, 1],
      [0, 2],
    ]);
  });

  it("are verified each for itself, also those of the same message", () => {
    const key = parseSecretKey(SECRET);
    const second = parseSecretKey(new Uint8Array(32).fill(6));
    const signed = (secret: typeof key, signingRoot = MESSAGE, signer = secret) => {
      return {
        pubkey: toHex(secret.toPublicKey().toBytes()),
        signingRoot,
        signature: signer.sign(signingRoot).toBytes(),
      };
    };
    const other = new Uint8Array(32).fill(1);
    const good = [signed(key), signed(second), signed(key, other)];

    expect(verifyEach([])).to.deep.equal([]);
    expect(verifyEach(good)).to.deep.equal([true, true, true]);
    // Their errors cancel each other in a plain sum.
    const crossed = [signed(key, MESSAGE, second), signed(second, MESSAGE, key)];
    expect(verifyEach([...crossed, ...good])).to.deep.equal([false, false, true, true, true]);
    const nothing = { ...signed(key), signature: new Uint8Array(96) };
    expect(verifyEach([nothing, ...good])).to.deep.equal([false, true, true, true]);
  });
});

function bytes(hex: Hex): Uint8Array {
  return fromHex(hex, "hex");
}

function choose(n: number, k: number): number {
  return k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k;
}
