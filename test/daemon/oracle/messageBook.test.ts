import { expect } from "chai";
import { toBeHex, Wallet, type TypedDataDomain } from "ethers";

import { MessageBook, type Relevance } from "../../../daemon/oracle/exchange/messageBook.ts";
import { committeeDomain } from "../../../src/oracle/messages.ts";
import { messageDigest, typesOf, type MemberMessage, type SignedMessage } from "../../../src/oracle/signedMessages.ts";
import type { Hex } from "../../../src/units/hex.ts";

const COMMITTEE = "0x00000000000000000000000000000000000000c0";
const domain = committeeDomain(31_337n, COMMITTEE);
const wallets = [1, 2, 3].map((key) => new Wallet(toBeHex(key, 32)));
const [alice, bob, stranger] = wallets as [Wallet, Wallet, Wallet];
const all = { from: 0n, to: 100n };
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

describe("MessageBook", () => {
  let book: MessageBook;
  beforeEach(() => {
    book = new MessageBook(domain, [alice.address, bob.address]);
  });
  const signersOf = (kind: "report" | "exits") => book.agreements(kind).map(({ signatures }) => [...signatures.keys()]);

  it("gathers who signed the same, whoever handed it on, and each once", async () => {
    const message = report(7n);
    for (const source of ["a", "b"])
      for (const wallet of [alice, bob, stranger]) book.add(await sign(wallet, message), source, relevance);
    expect(signersOf("report")).to.deep.equal([[alice.address, bob.address]]);
    expect(book.agreements("report")[0]?.digest).to.equal(messageDigest(domain, message));
    expect(book.agreements("report")[0]?.versions).to.have.length(1);
  });

  it("drops what is of another chain, committee or frame", async () => {
    book.add(await sign(alice, report(7n), committeeDomain(1n, COMMITTEE)), "a", relevance);
    book.add(await sign(alice, report(7n), committeeDomain(31_337n, bob.address)), "a", relevance);
    for (const refSlot of [6n, 8n]) book.add(await sign(alice, report(refSlot)), "a", relevance);
    expect(book.agreements("report")).to.deep.equal([]);
    book.add(await sign(alice, report(7n)), "a", relevance);
    book.prune({ ...relevance, report: { from: 8n, to: 8n } });
    expect(book.agreements("report")).to.deep.equal([]);
  });

  it("tells once of a member that signs two reports, counts it for both, and takes no more of it", async () => {
    const [first, second, third] = [report(7n, 1n), report(7n, 2n), report(7n, 3n)];
    expect(book.add(await sign(alice, first), "a", relevance)).to.equal(undefined);
    expect(book.add(await sign(alice, second), "a", relevance)).to.deep.equal({
      ...{ member: alice.address, kind: "report", subject: "7" },
      digests: [messageDigest(domain, first), messageDigest(domain, second)],
    });
    for (const message of [first, second, third])
      expect(book.add(await sign(alice, message), "b", relevance)).to.equal(undefined);
    expect(book.add(await sign(bob, second), "a", relevance)).to.equal(undefined);
    expect(signersOf("report")).to.deep.equal([[alice.address, bob.address], [alice.address]]);
  });

  it("keeps one version of where keys stand from each who hands a message on, as that is not signed", async () => {
    const right = await sign(alice, exits(3));
    for (const wrong of [1, 2]) book.add({ ...(await sign(alice, exits(wrong))) }, "liar", relevance);
    book.add(right, "a", relevance);
    book.add(await sign(bob, exits(3)), "b", relevance);
    const [agreement, ...more] = book.agreements("exits");
    expect(more).to.deep.equal([]);
    expect([...(agreement?.signatures.keys() ?? [])]).to.deep.equal([alice.address, bob.address]);
    const starts = agreement?.versions.map((each) => (each.kind === "exits" ? each.ranges[0]?.from : undefined));
    expect(starts).to.deep.equal([1, 3]);
  });
});
