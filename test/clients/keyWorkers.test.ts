import { expect } from "chai";

import { KeyJobError, runKeyJobs } from "../../clients/keyWorkers.ts";
import { signDeposits, splitKeys, type DepositJob, type KeyshareJob } from "../../src/ceremony/keyJobs.ts";
import { mnemonicToSeed, ValidatorKeychain } from "../../src/keys/derivation.ts";
import { verifyKeyshares } from "../../src/ssv/keyshareVerification.ts";
import { LOCAL } from "../../src/consensus/network.ts";
import { withdrawalCredentials } from "../../src/consensus/withdrawalCredentials.ts";
import type { DepositTerms } from "../../src/keys/depositData.ts";
import { parseEtherAsGwei } from "../../src/units/ether.ts";
import { inChunks } from "../../src/units/chunks.ts";
import { OTHER_OWNER, OWNER, testOperators } from "../src/support/operators.ts";

/** A well-known development mnemonic. */
const MNEMONIC = "test test test test test test test test test test test junk";
const TERMS: DepositTerms = {
  withdrawalCredentials: withdrawalCredentials(OTHER_OWNER, "0x01"),
  amount: parseEtherAsGwei("32"),
  network: LOCAL,
};
const INDEXES = [0, 1, 2, 3, 4, 5, 6];

describe("clients/keyWorkers", () => {
  const keychain = ValidatorKeychain.fromMnemonic(MNEMONIC);
  const depositJobs = inChunks(INDEXES, 3).map((keys): DepositJob => ({ kind: "deposits", keys, terms: TERMS }));

  it("gives the results of one thread, in the order of the jobs, and tells of its progress", async () => {
    let done = 0;

    const results = await runKeyJobs(depositJobs, mnemonicToSeed(MNEMONIC), (keys) => (done += keys));

    expect(results.map(({ length }) => length)).to.deep.equal([3, 3, 1]);
    expect(results.flat()).to.deep.equal(signDeposits({ kind: "deposits", keys: INDEXES, terms: TERMS }, keychain));
    expect(done).to.equal(INDEXES.length);
  });

  it("splits keys that it derives, and keys that it is given", async () => {
    const operators = testOperators([1n, 2n, 3n, 4n]).map(({ id, operatorKey }) => ({ id, operatorKey }));
    const job = (keys: KeyshareJob["keys"], firstNonce: bigint): KeyshareJob => ({
      kind: "keyshares",
      keys,
      operators,
      owner: OWNER,
      firstNonce,
    });
    const secrets = [3, 4].map((index) => keychain.signingKey(index).toBytes());

    const split = await runKeyJobs([job([0, 1, 2], 10n), job(secrets, 13n)], mnemonicToSeed(MNEMONIC));

    const keyshares = split.flat();
    const expected = splitKeys(job([0, 1, 2, 3, 4], 10n), keychain);
    verifyKeyshares(keyshares);
    expect(keyshares.map(({ publicKey, ownerNonce }) => ({ publicKey, ownerNonce }))).to.deep.equal(
      expected.map(({ publicKey, ownerNonce }) => ({ publicKey, ownerNonce })),
    );
  });

  it("overwrites secrets that it is given, and the seed it is started with stays the caller's", async () => {
    const seed = mnemonicToSeed(MNEMONIC);
    const secret = keychain.signingKey(0).toBytes();
    const copy = Uint8Array.from(secret);

    signDeposits({ kind: "deposits", keys: [secret], terms: TERMS });
    await runKeyJobs(depositJobs.slice(0, 1), seed);

    expect(secret).to.deep.equal(new Uint8Array(32));
    expect(copy).not.to.deep.equal(secret);
    expect(seed).to.deep.equal(mnemonicToSeed(MNEMONIC));
  });

  it("passes on a refusal with field, value and remedy, and begins no further job", async () => {
    const jobs = [{ ...depositJobs[0], keys: [-1] } as DepositJob, ...depositJobs];
    let done = 0;

    const refusal = await runKeyJobs(jobs, mnemonicToSeed(MNEMONIC), (keys) => (done += keys), 1).catch(
      (error: unknown) => error,
    );

    expect(refusal).to.be.instanceOf(KeyJobError);
    expect((refusal as KeyJobError).message).to.equal("validator index is out of range (got -1): use 0 to 4294967295");
    expect(done).to.equal(0);
  });

  it("names what is missing when a key is to be derived without a seed", async () => {
    const refusal = await runKeyJobs(depositJobs, undefined, undefined, 1).catch((error: unknown) => error);

    expect((refusal as Error).message).to.equal("key cannot be derived without a seed (got 0): give the mnemonic");
  });
});
