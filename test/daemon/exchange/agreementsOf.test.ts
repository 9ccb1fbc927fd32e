import { expect } from "chai";
import { Wallet } from "ethers";

import type { SeatedCommittee } from "../../../clients/seatedCommittee.ts";
import { agreementsOf } from "../../../daemon/exchange/committeeMessages.ts";
import type { SignedAnswer } from "../../../daemon/exchange/peers.ts";
import { committeeDomain, EXIT_STATUS_TYPES } from "../../../src/oracle/messages.ts";
import type { SignedMessage } from "../../../src/oracle/signedMessages.ts";
import { MAX_MESSAGES } from "../../../src/oracle/signedMessagesFile.ts";
import type { Hex } from "../../../src/units/hex.ts";

const ADDRESS = `0x${"c0".repeat(20)}` satisfies Hex;
const NOW = { from: 0n, to: 1_000n };
const RELEVANCE = { report: NOW, approval: NOW, exits: NOW };
const HASH: Hex = `0x${"ab".repeat(32)}`;

describe("what members agree on", () => {
  const wallets = [1, 2, 3].map((i) => new Wallet(`0x${`${i}1`.repeat(32)}`));
  const committee: SeatedCommittee = {
    ...{ chainId: 1n, address: ADDRESS, quorum: 2 },
    domain: committeeDomain(1n, ADDRESS),
    members: wallets.map(({ address }) => address),
  };
  const sign = async (wallet: Wallet, refSlot: bigint, from = 0, at = committee): Promise<SignedMessage> => {
    const message = { pubkeysHash: HASH, refSlot };
    const signature = (await wallet.signTypedData(at.domain, EXIT_STATUS_TYPES, message)) as Hex;
    return { kind: "exits", message, ranges: [{ batchId: 0n, from, to: from + 1 }], signature };
  };
  const answer = (url: string, messages: readonly SignedMessage[], { chainId, address } = committee): SignedAnswer => ({
    url,
    signed: { chainId, committee: address as Hex, messages },
  });
  const [first, second, third] = wallets as [Wallet, Wallet, Wallet];

  it("is what several of them signed, with all that was said of where the keys stand", async () => {
    const found = agreementsOf(
      committee,
      [
        answer("a", [await sign(first, 7n), await sign(first, 8n)]),
        answer("b", [await sign(second, 7n, 4)]),
        answer("c", [await sign(third, 7n)]),
      ],
      "exits",
      RELEVANCE,
    );
    expect(found.map(({ signatures }) => signatures.size)).to.deep.equal([3, 1]);
    expect(found[0]?.versions.map(({ ranges }) => ranges[0]?.from)).to.deep.equal([0, 4]);
  });

  it("H37 cannot be crowded out by one who hands on what others signed before", async () => {
    const oldFrom = (slot: number) =>
      Promise.all(Array.from({ length: MAX_MESSAGES }, (_, i) => sign(i % 2 === 0 ? first : second, BigInt(slot + i))));
    const crowd = await Promise.all([100, 200, 300].map(async (slot) => answer(`${slot}`, await oldFrom(slot))));
    const honest = [answer("a", [await sign(first, 7n)]), answer("b", [await sign(second, 7n)])];
    const found = agreementsOf(committee, [...crowd, ...honest], "exits", RELEVANCE);
    const wanted = found.find(({ versions: [version] }) => version?.message.refSlot === 7n);
    expect([...(wanted?.signatures.keys() ?? [])]).to.have.members([first.address, second.address]);
  });

  it("has nothing of strangers, of other committees, or of slots that are still to come", async () => {
    const stranger = new Wallet(`0x${"77".repeat(32)}`);
    const other = {
      ...committee,
      address: `0x${"d0".repeat(20)}`,
      domain: committeeDomain(1n, `0x${"d0".repeat(20)}`),
    };
    const found = agreementsOf(
      committee,
      [
        answer("a", [await sign(stranger, 7n), await sign(first, 1_001n), await sign(first, 7n, 0, other)]),
        answer("b", [await sign(second, 7n)], other),
        answer("c", [await sign(second, 7n)], { ...committee, chainId: 2n }),
      ],
      "exits",
      RELEVANCE,
    );
    expect(found).to.deep.equal([]);
  });
});
