import { expect } from "chai";
import { dataSlice } from "ethers";

import { LOCAL_ACCOUNTS } from "../../deploy/local.ts";
import { WITHDRAWAL_REQUESTS } from "../../src/consensus/systemContracts.ts";
import { DAY, ETHER, now, passTime, strangers } from "../helpers/accounts.ts";
import { deployStaked, exitsAsked, keysAt, rangeOf, sayGone, signGone, STAKED_EACH } from "../helpers/exits.ts";
import { useSuite } from "../helpers/isolation.ts";
import { feeAfter, requestsIn } from "../helpers/predeploys.ts";

const OPENING = 176;
const RETRY_AFTER = 3n * DAY;
const NEVER = [0n, false, false];
const GONE = [0n, false, true];
const even = (time: bigint) => time - (time % 2n);

describe("PoolManager.requestExits", () => {
  const suite = useSuite(deployStaked);
  const asOperator = () => suite().exits.connect(suite().operator);

  it("H57 asks for full exits of proven keys, pays the fee of the moment and gives the rest back", async () => {
    const { exits, operator, withdrawalVault, batches, chain } = suite();
    // As after 300 requests that waited for blocks.
    await chain.networkHelpers.setStorageAt(WITHDRAWAL_REQUESTS, 0, 300n);
    const fee = feeAfter(300n);
    expect(fee).to.be.greaterThan(1_000_000n);
    const range = rangeOf(batches[0], 1, 3);
    await expect(asOperator().requestExits(range, { value: 2n * fee - 1n }))
      .to.be.revertedWithCustomError(withdrawalVault, "FeeNotCovered")
      .withArgs(2n * fee - 1n, fee);

    const sent = asOperator().requestExits(range, { value: ETHER });
    await expect(sent).to.emit(exits, "ExitsRequested").withArgs(0n, 1n, 2n);
    await expect(sent).to.changeEtherBalances(
      chain.ethers,
      [operator, exits, withdrawalVault, WITHDRAWAL_REQUESTS],
      [-2n * fee, 0n, 0n, 2n * fee],
    );
    expect(await exitsAsked(suite())).to.deep.equal(keysAt(batches[0], 1, 2));
    const requested = [even(await now(suite())), false, false];
    const marks = await Promise.all([0n, 1n, 2n].map(async (position) => [...(await exits.exitOf(0n, position))]));
    expect(marks).to.deep.equal([NEVER, requested, requested]);
  });

  it("takes the first keys of a batch, those in the middle, the last ones, one, and all", async () => {
    const { batches } = suite();
    for (const [from, to] of [
      [0, 1],
      [1, 2],
      [2, 3],
    ] as const)
      await asOperator().requestExits(rangeOf(batches[1], from, to), { value: 1n });
    await asOperator().requestExits(rangeOf(batches[0], 0, STAKED_EACH), { value: 3n });
    expect(await exitsAsked(suite())).to.deep.equal([...keysAt(batches[1], 0, 1, 2), ...keysAt(batches[0], 0, 1, 2)]);
  });

  it("H58 requests a key again after three days, if it is not gone, and not before", async () => {
    const { exits, batches, chain } = suite();
    const request = async (from: number, to: number) =>
      asOperator().requestExits(rangeOf(batches[0], from, to), { value: 9n });
    await request(0, 2);
    const requestedAt = even(await now(suite()));
    await chain.networkHelpers.time.setNextBlockTimestamp(requestedAt + RETRY_AFTER - 1n);
    await expect(request(1, 3))
      .to.be.revertedWithCustomError(exits, "ExitRequestedRecently")
      .withArgs(0n, 1n, requestedAt);

    await chain.networkHelpers.time.setNextBlockTimestamp(requestedAt + RETRY_AFTER);
    await request(1, 3);
    expect((await exits.exitOf(0n, 0n)).requestedAt).to.equal(requestedAt);
    expect((await exits.exitOf(0n, 1n)).requestedAt).to.equal(requestedAt + RETRY_AFTER);
    await sayGone(suite(), batches[0], 0, 1);
    await passTime(suite(), 365n * DAY);
    await expect(request(0, 2)).to.be.revertedWithCustomError(exits, "ValidatorGone").withArgs(0n, 0n);
  });

  it("reverts for keys that are not those of the batch, at other positions, or of other operators", async () => {
    const { exits, batches } = suite();
    const range = rangeOf(batches[0], 1, 2);
    const other = rangeOf(batches[0], 2, 3);
    for (const wrong of [
      { ...range, openings: other.openings },
      { ...range, openings: `${range.openings.slice(0, -2)}ff` },
      { ...range, position: 2 },
      { ...range, position: 0 },
      { ...range, batchId: 1n },
      { ...range, operatorIds: [1n, 2n, 3n, 5n] },
      { ...range, proof: range.proof.slice(1) },
      { ...range, proof: [...range.proof, range.proof[0] ?? ""] },
    ])
      await expect(asOperator().requestExits(wrong, { value: 1n }))
        .to.be.revertedWithCustomError(exits, "ProofInvalid")
        .withArgs(wrong.batchId);
  });

  it("reverts for no keys, parts of keys, keys that were not activated, and unknown batches", async () => {
    const { exits, batches } = suite();
    const range = rangeOf(batches[1], 0, 1);
    const wrongRanges = [
      { ...range, openings: "0x" },
      { ...range, openings: dataSlice(range.openings, 1) },
      { ...range, openings: `${range.openings}00` },
      rangeOf(batches[1], 2, 4),
      rangeOf(batches[1], 3, 4),
      rangeOf(batches[1], 0, 5),
      { ...range, position: 2n ** 256n - 1n },
    ];
    for (const wrong of wrongRanges)
      await expect(asOperator().requestExits(wrong, { value: 9n }))
        .to.be.revertedWithCustomError(exits, "RangeMismatch")
        .withArgs(1n, wrong.position, (wrong.openings.length - 2) / 2, STAKED_EACH);
    for (const batchId of [2n, 64n, 2n ** 255n])
      await expect(asOperator().requestExits({ ...range, batchId }, { value: 1n }))
        .to.be.revertedWithCustomError(exits, "BatchUnknown")
        .withArgs(batchId);
    expect(range.openings).to.have.length(2 + 2 * OPENING);
  });

  it("H70 reverts for everybody but the operator", async () => {
    const { exits, admin, guardian, batches } = suite();
    const [stranger] = await strangers(suite());
    const { selector } = exits.interface.getFunction("requestExits");
    for (const caller of [stranger, admin, guardian])
      await expect(exits.connect(caller).requestExits(rangeOf(batches[0], 0, 1), { value: 1n }))
        .to.be.revertedWithCustomError(exits, "CallerNotAuthorized")
        .withArgs(caller.address, selector);
  });
});

describe("PoolManager.requestPartialWithdrawals", () => {
  const suite = useSuite(deployStaked);

  it("asks for parts of what validators have, and marks nothing", async () => {
    const { exits, operator, withdrawalVault, batches, chain } = suite();
    const pubkeys = keysAt(batches[0], 0, 2);
    const packed = `0x${pubkeys.map((key) => key.slice(2)).join("")}`;
    const sent = exits.connect(operator).requestPartialWithdrawals(packed, [1n, 5n], { value: 9n });
    await expect(sent).to.emit(withdrawalVault, "WithdrawalsRequested").withArgs(packed, [1n, 5n], 1n);
    await expect(sent).to.changeEtherBalances(chain.ethers, [operator, withdrawalVault], [-2n, 0n]);
    const requests = await requestsIn(suite(), WITHDRAWAL_REQUESTS, 3, 56);
    expect(requests.map((request) => [dataSlice(request, 20, 68), BigInt(dataSlice(request, 68))])).to.deep.equal([
      [pubkeys[0], 1n],
      [pubkeys[1], 5n],
    ]);
    expect([...(await exits.exitOf(0n, 0n))]).to.deep.equal(NEVER);
  });

  it("reverts for an amount of zero, which would be a full exit, and for everybody but the operator", async () => {
    const { exits, operator, admin, batches } = suite();
    const [pubkey = ""] = keysAt(batches[0], 0);
    const both = `${pubkey}${pubkey.slice(2)}`;
    await expect(exits.connect(operator).requestPartialWithdrawals(both, [1n, 0n], { value: 2n }))
      .to.be.revertedWithCustomError(exits, "AmountMissing")
      .withArgs(1n);
    await expect(exits.connect(admin).requestPartialWithdrawals(pubkey, [1n], { value: 1n }))
      .to.be.revertedWithCustomError(exits, "CallerNotAuthorized")
      .withArgs(admin.address, exits.interface.getFunction("requestPartialWithdrawals").selector);
  });
});

describe("PoolManager.reportExits", () => {
  const suite = useSuite(deployStaked);

  it("notes for ever that validators are gone, with the signatures for which their keys are removed", async () => {
    const { exits, batches } = suite();
    const [anybody] = await strangers(suite());
    const gone = [...keysAt(batches[1], 1, 2), ...keysAt(batches[0], 0)];
    const signatures = await signGone(suite(), gone, 9n);
    const ranges = [rangeOf(batches[1], 1, 3), rangeOf(batches[0], 0, 1)];
    for (let times = 0; times < 2; times++)
      await expect(exits.connect(anybody).reportExits(ranges, 9n, signatures))
        .to.emit(exits, "ExitsReported")
        .withArgs(1n, 1n, 2n, 9n)
        .and.to.emit(exits, "ExitsReported")
        .withArgs(0n, 0n, 1n, 9n);
    const marks = async (batchId: bigint) =>
      Promise.all([0n, 1n, 2n].map(async (position) => [...(await exits.exitOf(batchId, position))]));
    expect(await marks(0n)).to.deep.equal([GONE, NEVER, NEVER]);
    expect(await marks(1n)).to.deep.equal([NEVER, GONE, GONE]);
  });

  it("H70 reverts for other keys, another order, another slot, and fewer signatures", async () => {
    const { exits, committee, batches, members } = suite();
    const signatures = await signGone(suite(), keysAt(batches[0], 0, 1), 9n);
    const [first, second] = [rangeOf(batches[0], 0, 1), rangeOf(batches[0], 1, 2)];
    await exits.reportExits([first, second], 9n, signatures);
    for (const [ranges, refSlot] of [
      [[second, first], 9n],
      [[first], 9n],
      [[rangeOf(batches[0], 0, 3)], 9n],
      [[], 9n],
      [[first, second], 10n],
    ] as const)
      // A signature of something else is by somebody else.
      await expect(exits.reportExits([...ranges], refSlot, signatures)).to.be.revert(suite().chain.ethers);
    await expect(exits.reportExits([first, second], 9n, dataSlice(signatures, 0, 130)))
      .to.be.revertedWithCustomError(committee, "QuorumNotReached")
      .withArgs(2n, 3n);
    expect(members).to.have.length(LOCAL_ACCOUNTS.members.length);
    await expect(exits.reportExits([{ ...first, position: 1 }], 9n, signatures))
      .to.be.revertedWithCustomError(exits, "ProofInvalid")
      .withArgs(0n);
  });
});
