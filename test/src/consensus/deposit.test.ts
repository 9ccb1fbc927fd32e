import herumi from "@chainsafe/bls/herumi";
import { expect } from "chai";
import fc from "fast-check";

import { parseSecretKey } from "../../../src/consensus/bls.ts";
import {
  checkDepositAmount,
  DepositError,
  depositDataRoot,
  depositDomain,
  depositMessageRoot,
  depositSigningRoot,
  findInvalidDeposits,
  isDepositSignatureValid,
  type DepositData,
} from "../../../src/consensus/deposit.ts";
import {
  BUILT_IN_NETWORKS,
  HOODI,
  LOCAL,
  MAINNET,
  localNetwork,
  networkByChainId,
  networkByName,
} from "../../../src/consensus/network.ts";
import { gwei, type Gwei } from "../../../src/units/ether.ts";
import { equalBytes, fromHex, toHex } from "../../../src/units/hex.ts";
import {
  coordinateAboveModulus,
  flipBit,
  g1OutsideSubgroup,
  g2OutsideSubgroup,
  infinity,
} from "../support/badPoints.ts";
import { bytesOf, secretOf, sha256 } from "../support/bytes.ts";

const ETHER = 10n ** 9n;
const CREDENTIALS = fromHex(`0x01${"00".repeat(11)}${"ab".repeat(20)}`, "credentials", 32);

function signed(seed: number, amount: Gwei = gwei(32n * ETHER), network = MAINNET): DepositData {
  const secretKey = parseSecretKey(secretOf(seed));
  const message = { pubkey: secretKey.toPublicKey().toBytes(), withdrawalCredentials: CREDENTIALS, amount };
  return { ...message, signature: secretKey.sign(depositSigningRoot(message, network)).toBytes() };
}

/** The hash the deposit contract computes, step by step as its source does. */
function contractRoot({ pubkey, withdrawalCredentials, amount, signature }: DepositData): Uint8Array {
  const zero = new Uint8Array(32);
  const littleEndian = new Uint8Array(32);
  new DataView(littleEndian.buffer).setBigUint64(0, amount, true);
  const pubkeyRoot = sha256(pubkey, new Uint8Array(16));
  const signatureRoot = sha256(sha256(signature.subarray(0, 64)), sha256(signature.subarray(64), zero));
  return sha256(sha256(pubkeyRoot, withdrawalCredentials), sha256(littleEndian, signatureRoot));
}

describe("consensus/deposit", () => {
  it("H10: agrees with the deposit contract's own hash on 200 random deposits", () => {
    const amount = fc.oneof(fc.constantFrom(ETHER, 32n * ETHER, 2048n * ETHER), fc.bigInt(0n, 2n ** 64n - 1n));
    const fields = { pubkey: bytesOf(48), withdrawalCredentials: bytesOf(32), amount, signature: bytesOf(96) };
    fc.assert(
      fc.property(fc.record(fields), (fields) => {
        const data = { ...fields, amount: gwei(fields.amount) };

        const root = depositDataRoot(data);

        expect(toHex(root)).to.equal(toHex(contractRoot(data)));
      }),
      { numRuns: 200 },
    );
  });

  it("builds the domain and signing root from sha256 alone", () => {
    const { pubkey, withdrawalCredentials, amount } = signed(1);
    const littleEndian = new Uint8Array(32);
    new DataView(littleEndian.buffer).setBigUint64(0, amount, true);
    const messageRoot = sha256(
      sha256(sha256(pubkey, new Uint8Array(16)), withdrawalCredentials),
      sha256(littleEndian, new Uint8Array(32)),
    );
    const domain = Uint8Array.from([3, 0, 0, 0, ...sha256(new Uint8Array(64)).subarray(0, 28)]);

    const message = { pubkey, withdrawalCredentials, amount };

    expect(toHex(depositMessageRoot(message))).to.equal(toHex(messageRoot));
    expect(toHex(depositDomain(MAINNET))).to.equal(toHex(domain));
    expect(toHex(depositSigningRoot(message, MAINNET))).to.equal(toHex(sha256(messageRoot, domain)));
  });

  it("has mainnet's well-known deposit domain", () => {
    expect(toHex(depositDomain(MAINNET))).to.equal(
      "0x03000000f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a9",
    );
    expect(equalBytes(depositDomain(LOCAL), depositDomain(MAINNET))).to.equal(true);
    expect(equalBytes(depositDomain(localNetwork("0x00000001")), depositDomain(MAINNET))).to.equal(false);
  });

  it("finds networks by chain id and by name, and names those it knows otherwise", () => {
    expect(networkByChainId(560048n, BUILT_IN_NETWORKS)).to.equal(HOODI);
    expect(networkByName("mainnet", BUILT_IN_NETWORKS)).to.equal(MAINNET);
    expect(() => networkByChainId(5n, BUILT_IN_NETWORKS)).to.throw("1, 560048, 31337, or describe");
    expect(() => networkByName("holesky", BUILT_IN_NETWORKS)).to.throw(
      "network name is unknown (got holesky): use one of mainnet, hoodi, local, or describe the network in a file that NETWORK_FILE names",
    );
  });

  it("H8: accepts a valid signature and refuses every tampered one", () => {
    const data = signed(2);
    const tampered: Record<string, DepositData> = {
      "amount one Gwei more": { ...data, amount: gwei(data.amount + 1n) },
      "amount one Gwei less": { ...data, amount: gwei(data.amount - 1n) },
      "0x02 instead of 0x01": { ...data, withdrawalCredentials: flipBit(CREDENTIALS, 0, 3) },
      "another address": { ...data, withdrawalCredentials: flipBit(CREDENTIALS, 31) },
      "another key": { ...data, pubkey: signed(3).pubkey },
      "another key's signature": { ...data, signature: signed(3).signature },
      "sign bit of the signature": { ...data, signature: flipBit(data.signature, 0, 0x20) },
      "byte of the signature": { ...data, signature: flipBit(data.signature, 50) },
      "sign bit of the key": { ...data, pubkey: flipBit(data.pubkey, 0, 0x20) },
      "infinity key": { ...data, pubkey: infinity(48) },
      "infinity key and signature": { ...data, pubkey: infinity(48), signature: infinity(96) },
      "infinity signature": { ...data, signature: infinity(96) },
      "key outside the subgroup": { ...data, pubkey: g1OutsideSubgroup() },
      "signature outside the subgroup": { ...data, signature: g2OutsideSubgroup() },
      "key with x >= p": { ...data, pubkey: coordinateAboveModulus(48) },
      "signature with x >= p": { ...data, signature: coordinateAboveModulus(96) },
    };

    expect(isDepositSignatureValid(data, MAINNET)).to.equal(true);
    for (const [name, deposit] of Object.entries(tampered)) {
      expect(isDepositSignatureValid(deposit, MAINNET), name).to.equal(false);
      const message = depositSigningRoot(deposit, MAINNET);
      expect(herumi.verify(deposit.pubkey, message, deposit.signature), `herumi, ${name}`).to.equal(false);
    }
  });

  it("H8: refuses a signature for another fork version", () => {
    expect(isDepositSignatureValid(signed(4, undefined, HOODI), HOODI)).to.equal(true);
    expect(isDepositSignatureValid(signed(4, undefined, HOODI), MAINNET)).to.equal(false);
  });

  it("H8: agrees with herumi on 200 random deposits, each possibly with one flipped bit", () => {
    const flip = fc.record({ part: fc.constantFrom("none", "pubkey", "signature", "amount"), bit: fc.nat(383) });
    let seed = 0;
    fc.assert(
      fc.property(flip, ({ part, bit }) => {
        const data = signed(seed++);
        const position = bit >> 3;
        const mask = 1 << (bit & 7);
        const deposit: DepositData = {
          ...data,
          pubkey: part === "pubkey" ? flipBit(data.pubkey, position, mask) : data.pubkey,
          signature: part === "signature" ? flipBit(data.signature, 2 * position, mask) : data.signature,
          amount: part === "amount" ? gwei(data.amount ^ BigInt(mask)) : data.amount,
        };

        const ours = isDepositSignatureValid(deposit, MAINNET);

        const theirs = herumi.verify(deposit.pubkey, depositSigningRoot(deposit, MAINNET), deposit.signature);
        expect(ours).to.equal(theirs);
        expect(ours).to.equal(part === "none");
      }),
      { numRuns: 200 },
    );
  }).timeout(30_000);

  it("H8: names the invalid ones of a batch", () => {
    const deposits = Array.from({ length: 20 }, (_, i) => signed(i));
    const broken = deposits.map((data, i) =>
      i === 7 ? { ...data, signature: infinity(96) } : i === 13 ? { ...data, amount: gwei(1n) } : data,
    );

    expect(findInvalidDeposits(deposits, MAINNET)).to.deep.equal([]);
    expect(findInvalidDeposits(broken, MAINNET)).to.deep.equal([7, 13]);
    expect(findInvalidDeposits([], MAINNET)).to.deep.equal([]);
  });

  it("H6: ties the amount to the kind of credentials", () => {
    const compounding = flipBit(CREDENTIALS, 0, 3);
    const deposit = (withdrawalCredentials: Uint8Array, ether: bigint) => () => {
      checkDepositAmount({ withdrawalCredentials, amount: gwei(ether * ETHER) });
    };

    expect(deposit(CREDENTIALS, 32n)).not.to.throw();
    expect(deposit(CREDENTIALS, 33n)).to.throw(DepositError, "deposit exactly 32 ETH");
    expect(deposit(CREDENTIALS, 1n)).to.throw(DepositError);
    expect(deposit(compounding, 2048n)).not.to.throw();
    expect(deposit(compounding, 2049n)).to.throw(DepositError, "32 to 2048 ETH");
  });
});
