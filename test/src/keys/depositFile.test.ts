import { expect } from "chai";

import { parseSecretKey } from "../../../src/consensus/bls.ts";
import { DepositError } from "../../../src/consensus/deposit.ts";
import { HOODI, MAINNET, type Network } from "../../../src/consensus/network.ts";
import { withdrawalCredentials, WithdrawalCredentialsError } from "../../../src/consensus/withdrawalCredentials.ts";
import { signDeposit } from "../../../src/keys/depositData.ts";
import { ValidatorKeychain } from "../../../src/keys/derivation.ts";
import { DepositFileError, formatDepositFile, parseDepositFile } from "../../../src/keys/depositFile.ts";
import { parseEtherAsGwei } from "../../../src/units/ether.ts";
import { FileFormatError } from "../../../src/units/json.ts";
import { secretOf } from "../support/bytes.ts";

const CREDENTIALS = withdrawalCredentials("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x01");

function depositsOn(network: Network, count = 3) {
  const terms = { withdrawalCredentials: CREDENTIALS, amount: parseEtherAsGwei("32"), network };
  return Array.from({ length: count }, (_, i) => signDeposit(parseSecretKey(secretOf(i)), terms));
}

/** The valid file with fields of entry 1 replaced. */
function fileWith(fields: Record<string, unknown>): string {
  const entries = JSON.parse(formatDepositFile(depositsOn(HOODI), HOODI)) as Record<string, unknown>[];
  entries[1] = { ...entries[1], ...fields };
  return JSON.stringify(entries);
}

describe("keys/depositFile", () => {
  it("reads back what it writes, in the deposit-cli's fields", () => {
    const deposits = depositsOn(HOODI);
    const text = formatDepositFile(deposits, HOODI);

    expect(parseDepositFile(text, HOODI)).to.deep.equal(deposits);
    const [first] = JSON.parse(text) as Record<string, unknown>[];
    expect(first).to.include({ amount: 32_000_000_000, fork_version: "10000910", network_name: "hoodi" });
    expect(first).to.have.all.keys(
      ...["pubkey", "withdrawal_credentials", "amount", "signature", "deposit_message_root", "deposit_data_root"],
      ...["fork_version", "network_name", "deposit_cli_version"],
    );
    expect(first?.["pubkey"]).to.match(/^[0-9a-f]{96}$/);
  });

  const [, , third] = JSON.parse(formatDepositFile(depositsOn(HOODI), HOODI)) as Record<string, unknown>[];
  const refused: [string, string, Record<string, unknown>, string][] = [
    ["H8", "a key of 47 bytes", { pubkey: "ab".repeat(47) }, "[1].pubkey"],
    ["H8", "a key of 49 bytes", { pubkey: "ab".repeat(49) }, "[1].pubkey"],
    ["H8", "another key's signature", { signature: third?.["signature"] }, "[1].deposit_data_root"],
    ["H9", "a fraction of one Gwei", { amount: 32_000_000_000.5 }, "[1].amount"],
    ["H10", "an amount off by one Gwei", { amount: 32_000_000_001 }, "[1].deposit_message_root"],
    ["H5", "changed credentials", { withdrawal_credentials: "00".repeat(32) }, "[1].deposit_message_root"],
    ["H10", "a wrong root", { deposit_data_root: "00".repeat(32) }, "[1].deposit_data_root"],
    ["H8", "another fork version", { fork_version: "00000000" }, "[1].fork_version"],
    ["H7", "a key twice", third ?? {}, "[2].pubkey"],
    ["H8", "a missing field", { signature: undefined }, "[1].signature"],
  ];
  for (const [code, name, fields, field] of refused)
    it(`${code}: refuses ${name} and names ${field}`, () => {
      expect(() => parseDepositFile(fileWith(fields), HOODI))
        .to.throw(Error)
        .with.property("field", `deposit_data.json${field}`);
    });

  it("H8: refuses an invalid signature whose roots are right", () => {
    const deposits = depositsOn(HOODI);
    const mixed = deposits.map((deposit, i) => ({
      ...deposit,
      signature: deposits[i === 2 ? 0 : i]?.signature ?? deposit.signature,
    }));
    expect(() => parseDepositFile(formatDepositFile(mixed, HOODI), HOODI)).to.throw(
      DepositFileError,
      "deposit_data.json[2].signature",
    );
  });

  it("H8: refuses deposits signed for another network", () => {
    const text = formatDepositFile(depositsOn(MAINNET), HOODI);
    expect(() => parseDepositFile(text, HOODI)).to.throw(DepositFileError, "[0].signature");
  });

  it("refuses what is no list of deposits", () => {
    for (const text of ["", "{}", "[]", "[1]", "null"])
      expect(() => parseDepositFile(text, HOODI), text).to.throw(FileFormatError, "deposit_data.json");
  });
});

describe("keys/depositData", () => {
  it("H6: never signs an amount its credentials cannot hold", () => {
    const key = parseSecretKey(secretOf(1));
    const sign = (credentials: typeof CREDENTIALS, amount: string) => () =>
      signDeposit(key, { withdrawalCredentials: credentials, amount: parseEtherAsGwei(amount), network: HOODI });
    expect(sign(CREDENTIALS, "33")).to.throw(DepositError);
    expect(sign(`0x00${CREDENTIALS.slice(4)}`, "32")).to.throw(WithdrawalCredentialsError);
  });
});

describe("keys/depositData against a published deposit", () => {
  // Mnemonic and deposit from the tests of eth-staking-smith: mainnet, first key, written by a deposit-cli 2.3.0.
  const MNEMONIC =
    "entire habit bottom mention spoil clown finger wheat motion fox axis mechanic country make garment bar blind " +
    "stadium sugar water scissors canyon often ketchup";
  const PUBLISHED = {
    pubkey: "8666389c3fe6ff0bca9adba81504f380b9e2c719419760d561836472fafe295cb50696524e19cba084e1d788d66c80d6",
    withdrawal_credentials: "0100000000000000000000000000000000000000000000000000000000000001",
    amount: 32_000_000_000,
    signature:
      "a1f3ece1cb871e1af29fdaf94cab58d48d128d0ed2342a1f042f49344943c25ec6eab4f2219301e421a88453c6aa29e9" +
      "0b78373a8341c17738bc0ff4d0a724494535b494cd21fd2633a7a12353a5232c9806e1576f1e2447631ec3310db4008b",
    deposit_message_root: "dc224ac1c94d70906d643644f20398bdea5dabea123116a9d6135b8f5f4906bd",
    deposit_data_root: "f5c6b52d2ba608f0df4123e5ed051b5765a636e09d1372668e1ec074430f2279",
    fork_version: "00000000",
    network_name: "mainnet",
    deposit_cli_version: "2.3.0",
  };

  it("H10: derives, signs and hashes to the same file, and verifies it", () => {
    const secretKey = ValidatorKeychain.fromMnemonic(MNEMONIC).signingKey(0);
    const deposit = signDeposit(secretKey, {
      withdrawalCredentials: `0x${PUBLISHED.withdrawal_credentials}`,
      amount: parseEtherAsGwei("32"),
      network: MAINNET,
    });

    expect(JSON.parse(formatDepositFile([deposit], MAINNET, "2.3.0"))).to.deep.equal([PUBLISHED]);
    expect(parseDepositFile(JSON.stringify([PUBLISHED]), MAINNET)).to.deep.equal([deposit]);
  });
});
