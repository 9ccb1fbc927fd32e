import { expect } from "chai";
import { pino } from "pino";

import { offerKeys } from "../../../clients/activation.ts";
import { connectPool } from "../../../clients/pool.ts";
import { packSignatures } from "../../../daemon/exchange/packSignatures.ts";
import { collectSignedMessages } from "../../../daemon/exchange/peers.ts";
import { ApprovalDuty } from "../../../daemon/oracle/approvals.ts";
import { BatchContents } from "../../../daemon/service/batchContents.ts";
import { LOCAL_ACCOUNTS } from "../../../deploy/local.ts";
import { depositDataRoot } from "../../../src/consensus/deposit.ts";
import { LOCAL } from "../../../src/consensus/network.ts";
import { DEPOSIT_CONTRACT } from "../../../src/consensus/systemContracts.ts";
import { withdrawalCredentials } from "../../../src/consensus/withdrawalCredentials.ts";
import { signDeposit } from "../../../src/keys/depositData.ts";
import { ValidatorKeychain } from "../../../src/keys/derivation.ts";
import type { SignedMessage } from "../../../src/oracle/signedMessages.ts";
import type { Gwei } from "../../../src/units/ether.ts";
import { toHex } from "../../../src/units/hex.ts";
import { startBeaconServer, useBeaconServer } from "../../helpers/beaconServer.ts";
import { MNEMONIC } from "../../helpers/ceremonyFolders.ts";
import { useSuite } from "../../helpers/isolation.ts";
import { serveSuite } from "../../helpers/observedPool.ts";
import { useMembers, type TestMember } from "../../helpers/oracleMembers.ts";
import { deployFunded, ETHER } from "../../helpers/registry.ts";
import { registerServed, serveHead, useContentFolder } from "../../helpers/servedBatches.ts";

type Approval = Extract<SignedMessage, { kind: "approval" }>;

const keychain = ValidatorKeychain.fromMnemonic(MNEMONIC);

describe("members that approve keys", () => {
  const folder = useContentFolder();
  const beacon = useBeaconServer();
  const suite = useSuite(async () => {
    const deployed = await deployFunded(100n);
    return { ...deployed, batch: await registerServed(deployed, folder, 4) };
  });
  const { open } = useMembers(suite);

  beforeEach(async () => {
    await serveSuite(beacon(), suite(), 31n, {});
    serveHead(beacon());
  });

  const approver = (place = 0, config = {}) => open({ place, beacon: beacon().url, config });
  const approvalsOf = async ({ url }: TestMember): Promise<Approval[]> => {
    const [answer] = await collectSignedMessages([url]);
    if (answer === undefined || "problem" in answer) throw new Error("the member does not answer");
    return answer.signed.messages.filter((each) => each.kind === "approval");
  };
  const refusalOf = ({ lines }: TestMember) =>
    lines.filter(({ msg, kind }) => msg === "refused" && kind === "approval").map(({ reason }) => String(reason));

  /** Somebody deposits for a key of the batch; with a signature of it, if `signed`. */
  async function frontRun(index: number, signed = true) {
    const credentials = withdrawalCredentials(suite().staker.address, "0x01");
    const terms = { withdrawalCredentials: credentials, amount: 32_000_000_000n as Gwei, network: LOCAL };
    const valid = signDeposit(keychain.signingKey(index), terms);
    const data = signed ? valid : { ...valid, signature: keychain.signingKey(99).sign(valid.pubkey).toBytes() };
    const contract = await suite().chain.ethers.getContractAt("IDepositContract", DEPOSIT_CONTRACT);
    await contract.deposit(data.pubkey, credentials, data.signature, depositDataRoot(data), { value: 32n * ETHER });
  }
  /** One by one: the chain does not keep the states within a range that it mined at once, after a test was undone. */
  const mine = async (blocks = 10) => {
    for (let i = 0; i < blocks; i++) await suite().chain.networkHelpers.mine();
  };

  it("sign the same, which the pool takes to activate", async () => {
    await mine(6);
    const members = await Promise.all([0, 1, 2].map((place) => approver(place)));
    const signed: Approval[] = [];
    for (const member of members) {
      await member.round();
      signed.push(...(await approvalsOf(member)));
    }
    const [first] = signed;
    if (first === undefined) throw new Error("nobody approved");
    const newest = await suite().chain.ethers.provider.getBlockNumber();
    expect(signed.map(({ message }) => message)).to.deep.equal([first.message, first.message, first.message]);
    expect(Number(first.message.blockNumber)).to.equal(Math.floor((newest - 1) / 8) * 8);
    // 100 ETH suffice for three of the four.
    expect(first.offer).to.deep.equal({ batchId: suite().batch.batchId, from: 0, to: 3 });

    const signatures = new Map(signed.map(({ signature }, i) => [members[i]?.address ?? "", signature] as const));
    const { ceremony, batchId } = suite().batch;
    const activation = await offerKeys(suite().clusterManager, ceremony, batchId, 0, 3);
    const { depositCount, blockNumber, deadline } = first.message;
    const guard = { depositCount, blockNumber, deadline };
    await suite().poolManager.activate(activation, guard, packSignatures({ signatures }, 3));
    expect(await suite().poolETH.totalStaked()).to.equal(96n * ETHER);

    // Who comes late looks at the same block still, in which they were unused, while the beacon state knows them.
    serveHead(
      beacon(),
      ceremony.keys.slice(0, 3).map(({ pubkey }) => pubkey),
    );
    const late = await approver(3);
    await late.round();
    const later = await suite().chain.ethers.provider.getBlockNumber();
    expect(Math.floor((later - 1) / 8) * 8).to.equal(Number(blockNumber));
    expect({ approvals: await approvalsOf(late), refusals: refusalOf(late) }).to.deep.equal({
      approvals: [],
      refusals: [],
    });

    // Nothing is free any more.
    await mine(6);
    for (const member of members) await member.round();
    expect(await approvalsOf(members[0] as TestMember)).to.have.length(1);
  });

  it("offer as many keys as are configured, and look only at every so many blocks", async () => {
    await mine(6);
    const member = await approver(0, { approvals: { everyBlocks: 4, maxKeys: 2 } });
    await member.round();
    await member.round();
    await mine(1);
    const [first, ...more] = await approvalsOf(member);
    expect(first?.offer).to.include({ from: 0, to: 2 });
    expect(more).to.deep.equal([]);
    expect(Number(first?.message.blockNumber) % 4).to.equal(0);
    await mine(4);
    await member.round();
    expect(await approvalsOf(member)).to.have.length(2);
  });

  it("H1 refuse a key that somebody deposited for with its signature, before or after they first looked", async () => {
    await frontRun(1, false);
    await mine(6);
    const member = await approver();
    await member.round();
    expect(await approvalsOf(member)).to.have.length(1);
    await frontRun(1);
    await mine(6);
    await member.round();
    expect(await approvalsOf(member)).to.have.length(1);
    const late = await approver(1);
    await late.round();
    expect(await approvalsOf(late)).to.deep.equal([]);
    for (const { length, 0: reason } of [refusalOf(member), refusalOf(late)]) {
      expect(length).to.equal(1);
      expect(reason)
        .to.include("has a deposit already")
        .and.to.include(suite().batch.ceremony.keys[1]?.pubkey.slice(0, 40));
    }
  });

  it("H1 refuse keys that the beacon state knows from before the pool's first block", async () => {
    const [key] = suite().batch.ceremony.keys;
    await mine(6);
    serveHead(beacon(), [key?.pubkey ?? ""]);
    const member = await approver();
    await member.round();
    expect(await approvalsOf(member)).to.deep.equal([]);
    expect(refusalOf(member)[0]).to.include("has a validator or a deposit already, as the beacon state shows");

    const terms = { withdrawalCredentials: withdrawalCredentials(suite().staker.address, "0x01"), network: LOCAL };
    const data = signDeposit(keychain.signingKey(0), { ...terms, amount: 32_000_000_000n as Gwei });
    const entry = { pubkey: toHex(data.pubkey), withdrawal_credentials: terms.withdrawalCredentials, slot: "1" };
    const waiting = { ...entry, amount: "32000000000", signature: toHex(data.signature) };
    serveHead(beacon(), [], [waiting]);
    const other = await approver(1);
    await other.round();
    expect(refusalOf(other)[0]).to.include("has a validator or a deposit already, as the beacon state shows");
    // Nobody gets a validator by a signature of another key.
    const unsigned = toHex(keychain.signingKey(99).sign(data.pubkey).toBytes());
    serveHead(beacon(), [], [{ ...waiting, signature: unsigned }]);
    const third = await approver(2);
    await third.round();
    expect(await approvalsOf(third)).to.have.length(1);
  });

  it("H76 refuse keys that one of two nodes knows, whichever is asked first", async () => {
    const ignorant = await startBeaconServer();
    try {
      await serveSuite(ignorant, suite(), 31n, {});
      serveHead(ignorant);
      serveHead(beacon(), [suite().batch.ceremony.keys[1]?.pubkey ?? ""]);
      const member = await open({ place: 0, beacon: ignorant.url, otherBeacons: [beacon().url] });
      await mine();
      await member.round();
      expect(await approvalsOf(member)).to.deep.equal([]);
      expect(refusalOf(member)[0]).to.contain("as the beacon state shows");
    } finally {
      await ignorant.stop();
    }
  });

  it("look at later blocks, too, after a node told of one far ahead", async () => {
    const { chain } = suite();
    const pool = await connectPool(chain.ethers.provider, await suite().poolETH.getAddress());
    const parts = { pool, startBlock: 0, beacons: [], agreement: 1, contents: new BatchContents(), data: "" };
    const duty = new ApprovalDuty({ ...parts, everyBlocks: 8, maxKeys: 1, log: pino({ level: "silent" }) });
    const done = { isDone: () => true, sign: () => Promise.reject(new Error("there is nothing to sign")) };
    expect(duty.dueBlock(1_000_000)).to.equal(999_992);
    await duty.approve(done, 999_992);
    expect(duty.dueBlock(1_000_000)).to.equal(undefined);
    expect(duty.dueBlock(100)).to.equal(96);
  });

  it("sign nothing while staking is paused", async () => {
    await suite().poolETH.connect(suite().guardian).pauseStaking(3_600);
    await mine(6);
    const member = await approver();
    await member.round();
    expect(await approvalsOf(member)).to.deep.equal([]);
    expect(refusalOf(member)).to.deep.equal([]);
  });

  it("refuse when an operator was removed", async () => {
    const { ssvNetwork, chain } = suite();
    const owner = (await chain.ethers.getSigners())[LOCAL_ACCOUNTS.ssvOperators];
    if (owner === undefined) throw new Error("the chain has too few accounts");
    await ssvNetwork.connect(owner).removeOperator(1n);
    await mine(6);
    const member = await approver();
    await member.round();
    expect(await approvalsOf(member)).to.deep.equal([]);
    expect(refusalOf(member)[0]).to.include("was removed from ssv.network");
  });

  it("refuse when tips would go somewhere else", async () => {
    const { ssvNetwork, chain, clusterManager, staker } = suite();
    const account = await clusterManager.getAddress();
    await chain.networkHelpers.impersonateAccount(account);
    await chain.networkHelpers.setBalance(account, ETHER);
    await ssvNetwork.connect(await chain.ethers.getSigner(account)).setFeeRecipientAddress(staker.address);
    await mine(6);
    const member = await approver();
    await member.round();
    expect(await approvalsOf(member)).to.deep.equal([]);
    expect(refusalOf(member)[0]).to.include("fee recipient is not the rewards vault");
  });
});
