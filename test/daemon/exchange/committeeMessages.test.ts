import { expect } from "chai";
import { toBeHex, Wallet, type TypedDataDomain } from "ethers";

import type { SeatedCommittee } from "../../../clients/seatedCommittee.ts";
import { CommitteeMessages } from "../../../daemon/exchange/committeeMessages.ts";
import type { Relevance } from "../../../daemon/exchange/messageBook.ts";
import { committeeDomain } from "../../../src/oracle/messages.ts";
import { messageDigest, typesOf, type MemberMessage, type SignedMessage } from "../../../src/oracle/signedMessages.ts";
import type { Hex } from "../../../src/units/hex.ts";

const COMMITTEE = "0x00000000000000000000000000000000000000c0";
const domain = committeeDomain(31_337n, COMMITTEE);
const wallets = [1, 2, 3].map((key) => new Wallet(toBeHex(key, 32)));
const [alice, bob, stranger] = wallets as [Wallet, Wallet, Wallet];
const all = { from: 0n, to: 100n };
const committee: SeatedCommittee = {
  ...{ chainId: 31_337n, address: COMMITTEE, domain, quorum: 2 },
  members: [alice.address, bob.address],
};
const relevance: Relevance = { report: { from: 7n, to: 7n }, approval: all, exits: all };

const report = (refSlot: bigint, validatorsGwei = 1n): MemberMessage => ({
  kind: "report",
  message: {
    ...{ refSlot, validatorsGwei, pendingGwei: 0n, stakedWei: 0n, vaultsReceivedWei: 0n, stakedKeys: 0n },
    ...{ activeKeys: 0n, exitingKeys: 0n, exitedKeys: 0n, slashedKeys: 0n, lostKeys: 0n, finalizeUpTo: 0n },
  },
});
const exits = (from: number): MemberMessage => ({
  kind: "exits",
  message: { pubkeysHash: toBeHex(9, 32) as Hex, refSlot: 7n },
  ranges: [{ batchId: 0n, from, to: from + 1 }],
});

async function sign(wallet: Wallet, message: MemberMessage, of: TypedDataDomain = domain): Promise<SignedMessage> {
  const signature = await wallet.signTypedData(of, typesOf(message), { ...message.message });
  return { ...message, signature: signature as Hex };
}

describe("what members of a committee signed", () => {
  let messages: CommitteeMessages;
  beforeEach(() => {
    messages = new CommitteeMessages(committee);
  });
  const add = (message: SignedMessage, url: string) =>
    messages.add({ url, signed: { chainId: 31_337n, committee: COMMITTEE, messages: [message] } }, relevance);
  const signersOf = (kind: "report" | "exits") =>
    messages.agreements(kind).map(({ signatures }) => [...signatures.keys()]);

  it("is gathered from all who hand it on, and each once", async () => {
    const message = report(7n);
    for (const source of ["a", "b"])
      for (const wallet of [alice, bob, stranger]) add(await sign(wallet, message), source);
    expect(signersOf("report")).to.deep.equal([[alice.address, bob.address]]);
    expect(messages.agreements("report")[0]?.digest).to.equal(messageDigest(domain, message));
    expect(messages.agreements("report")[0]?.versions).to.have.length(1);
  });

  it("is nothing of another chain, committee or frame", async () => {
    add(await sign(alice, report(7n), committeeDomain(1n, COMMITTEE)), "a");
    add(await sign(alice, report(7n), committeeDomain(31_337n, bob.address)), "a");
    for (const refSlot of [6n, 8n]) add(await sign(alice, report(refSlot)), "a");
    expect(messages.agreements("report")).to.deep.equal([]);
    add(await sign(alice, report(7n)), "a");
    messages.prune({ ...relevance, report: { from: 8n, to: 8n } });
    expect(messages.agreements("report")).to.deep.equal([]);
  });

  it("H37 tells once of a member that signs two reports, counts it for both, and takes no more of it", async () => {
    const [first, second, third] = [report(7n, 1n), report(7n, 2n), report(7n, 3n)];
    const equivocation = {
      ...{ member: alice.address, kind: "report", subject: "7" },
      digests: [messageDigest(domain, first), messageDigest(domain, second)],
    };
    expect(add(await sign(alice, first), "a")).to.deep.equal([]);
    expect(add(await sign(alice, second), "a")).to.deep.equal([equivocation]);
    for (const message of [first, second, third]) expect(add(await sign(alice, message), "b")).to.deep.equal([]);
    expect(add(await sign(bob, second), "a")).to.deep.equal([]);
    expect(signersOf("report")).to.deep.equal([[alice.address, bob.address], [alice.address]]);
  });

  it("H37 tells of a member whose two reports are handed on by different members", async () => {
    expect(add(await sign(alice, report(7n, 1n)), "a")).to.deep.equal([]);
    expect(add(await sign(alice, report(7n, 2n)), "b")).to.have.length(1);
  });

  it("has one version of where keys stand from each who hands a message on, as that is not signed", async () => {
    const right = await sign(alice, exits(3));
    for (const wrong of [1, 2]) add(await sign(alice, exits(wrong)), "liar");
    add(right, "a");
    add(await sign(bob, exits(3)), "b");
    const [agreement, ...more] = messages.agreements("exits");
    expect(more).to.deep.equal([]);
    expect([...(agreement?.signatures.keys() ?? [])]).to.deep.equal([alice.address, bob.address]);
    const starts = agreement?.versions.map(({ ranges: [range] }) => range?.from);
    expect(starts).to.deep.equal([1, 3]);
  });
});
