import { expect } from "chai";
import { toBeHex, Wallet, type TypedDataDomain } from "ethers";

import { committeeDomain, type Report } from "../../../src/oracle/messages.ts";
import { messageDigest, signerOf, subjectOf, typesOf, type MemberMessage } from "../../../src/oracle/signedMessages.ts";
import { MAX_MESSAGES, parseSignedMessages, printSignedMessages } from "../../../src/oracle/signedMessagesFile.ts";
import { FileFormatError } from "../../../src/units/json.ts";
import type { Hex } from "../../../src/units/hex.ts";

const COMMITTEE = "0x00000000000000000000000000000000000000c0";
const domain = committeeDomain(31_337n, COMMITTEE);
const wallet = new Wallet(toBeHex(7, 32));
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

const report: Report = {
  refSlot: 7_199n,
  validatorsGwei: 2n ** 64n - 1n,
  pendingGwei: 0n,
  stakedWei: 2n ** 128n - 1n,
  vaultsReceivedWei: 5n,
  stakedKeys: 4n,
  activeKeys: 4n,
  exitingKeys: 0n,
  exitedKeys: 0n,
  slashedKeys: 0n,
  lostKeys: 0n,
  finalizeUpTo: 2n,
};
const approval = {
  keysHash: toBeHex(1, 32) as Hex,
  withdrawalCredentials: toBeHex(2, 32) as Hex,
  amountGwei: 32_000_000_000n,
  depositCount: 9n,
  blockNumber: 16n,
  blockHash: toBeHex(3, 32) as Hex,
  deadline: 1_000n,
};
const messages: MemberMessage[] = [
  { kind: "report", message: report },
  { kind: "approval", message: approval, offer: { batchId: 2n, from: 0, to: 10 } },
  {
    kind: "exits",
    message: { pubkeysHash: toBeHex(4, 32) as Hex, refSlot: 7_199n },
    ranges: [{ batchId: 0n, from: 3, to: 4 }],
  },
];

async function sign(message: MemberMessage, of: TypedDataDomain = domain) {
  return (await wallet.signTypedData(of, typesOf(message), { ...message.message })) as Hex;
}

async function served() {
  const signed = await Promise.all(messages.map(async (message) => ({ ...message, signature: await sign(message) })));
  return { chainId: 31_337n, committee: COMMITTEE as Hex, messages: signed };
}

describe("signed messages", () => {
  it("come back from the wire as they were, with the signer of each", async () => {
    const all = await served();
    const read = parseSignedMessages(printSignedMessages(all), "peer");
    expect(read).to.deep.equal(all);
    for (const each of read.messages)
      expect(signerOf(messageDigest(domain, each), each.signature)).to.equal(wallet.address);
    expect(read.messages.map(subjectOf)).to.deep.equal(["7199", "16", `7199:${toBeHex(4, 32)}`]);
  });

  it("have another signer for another chain, committee or content", async () => {
    const [first] = messages;
    if (first?.kind !== "report") throw new Error("the first one is a report");
    const signature = await sign(first);
    const changed: MemberMessage = { kind: "report", message: { ...report, validatorsGwei: 1n } };
    const digests = [
      messageDigest(committeeDomain(1n, COMMITTEE), first),
      messageDigest(committeeDomain(31_337n, wallet.address), first),
      messageDigest(domain, changed),
    ];
    for (const digest of digests) expect(signerOf(digest, signature)).to.not.equal(wallet.address);
  });

  it("count only with the form of signature that the contract takes", async () => {
    const [first] = messages;
    if (first === undefined) throw new Error("there is a message");
    const digest = messageDigest(domain, first);
    const signature = await sign(first);
    const [r, s, v] = [signature.slice(2, 66), BigInt(`0x${signature.slice(66, 130)}`), signature.slice(130)];
    const high = toBeHex(ORDER - s, 32).slice(2);
    const low = toBeHex(s, 32).slice(2);
    const other = v === "1b" ? "1c" : "1b";
    const refused = [
      `${r}${high}${other}`,
      `${r}${low}${v === "1b" ? "00" : "01"}`,
      `${r}${low}`,
      `${"00".repeat(64)}1b`,
    ];
    for (const digits of refused) expect(signerOf(digest, `0x${digits}`), digits).to.equal(undefined);
  });

  it("are refused with a field that does not fit, and are no more than so many", async () => {
    const all = await served();
    const text = printSignedMessages(all);
    const refuses = (changed: string, field: string) => {
      expect(changed).to.not.equal(text);
      expect(() => parseSignedMessages(changed, "peer"))
        .to.throw(FileFormatError)
        .with.property("field", field);
    };
    refuses(text.replace('"stakedKeys":"4"', `"stakedKeys":"${2n ** 32n}"`), "peer.messages[0].message.stakedKeys");
    refuses(text.replace('"stakedKeys":"4"', '"stakedKeys":4'), "peer.messages[0].message.stakedKeys");
    refuses(text.replace('"depositCount":"9"', '"depositCount":"-9"'), "peer.messages[1].message.depositCount");
    refuses(text.replace('"to":10', '"to":200'), "peer.messages[1].offer");
    refuses(text.replace('"from":3', '"from":4'), "peer.messages[2].ranges[0]");
    refuses(text.replace('"version":1', '"version":2'), "peer.version");
    refuses(text.replace('"kind":"exits"', '"kind":"exit"'), "peer.messages[2].kind");
    refuses(text.slice(0, -1), "peer");
    const [first] = all.messages;
    if (first === undefined) throw new Error("there is a message");
    const many = { ...all, messages: Array.from({ length: MAX_MESSAGES + 1 }, () => first) };
    refuses(printSignedMessages(many), "peer.messages");
  });
});
