import { expect } from "chai";
import { keccak256, toUtf8Bytes, verifyMessage, Wallet } from "ethers";

import {
  ownerMessageHash,
  ownerMessageText,
  OwnerSignatureError,
  packOwnerSignature,
  parseOwnerMessage,
} from "../../../src/ssv/ownerSignature.ts";

const DIGITS = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";
const SIGNER = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

describe("parseOwnerMessage", () => {
  it("reads the digits that ssv-dkg writes, with a line end, a prefix or capitals too", () => {
    for (const text of [DIGITS, `${DIGITS}\n`, `  ${DIGITS}\r\n`, `0x${DIGITS}`, DIGITS.toUpperCase()])
      expect(parseOwnerMessage(text, "file"), text).to.equal(`0x${DIGITS}`);
  });

  for (const [what, text, shown] of [
    ["a digit less", DIGITS.slice(1), DIGITS.slice(1)],
    ["a digit more", `${DIGITS}0`, `${DIGITS}0`],
    ["a letter that is no digit", `g${DIGITS.slice(1)}`, "64 characters"],
    ["a mnemonic, without showing it", "test test test junk\n", "19 characters"],
    ["two messages", `${DIGITS}\n${DIGITS}`, `${DIGITS}\n${DIGITS}`],
    ["nothing", " \n", "nothing"],
  ] as const)
    it(`refuses ${what}`, () => {
      expect(() => parseOwnerMessage(text, "resign.txt")).to.throw(
        OwnerSignatureError,
        `resign.txt is not 64 hexadecimal digits (got ${shown}): give what ssv-dkg generate-resign-msg or generate-reshare-msg wrote, resign.txt or reshare.txt`,
      );
    });
});

describe("ownerMessageHash", () => {
  it("is the hash of the text as a personal message, which names its 64 characters", () => {
    const bytes = toUtf8Bytes(`\u0019Ethereum Signed Message:\n64${DIGITS}`);
    expect(ownerMessageText(`0x${DIGITS}`)).to.equal(DIGITS);
    expect(ownerMessageHash(`0x${DIGITS}`)).to.equal(keccak256(bytes));
  });

  it("is what a wallet signs that is given the text", async () => {
    const wallet = new Wallet(`0x${"11".repeat(32)}`);
    const signature = await wallet.signMessage(ownerMessageText(`0x${DIGITS}`));
    expect(verifyMessage(DIGITS, signature)).to.equal(wallet.address);
    expect(wallet.signingKey.sign(ownerMessageHash(`0x${DIGITS}`)).serialized).to.equal(signature);
  });
});

describe("packOwnerSignature", () => {
  it("puts the message first, then the signer, then what he signed", () => {
    const packed = packOwnerSignature({ message: `0x${DIGITS}`, signer: SIGNER, signature: "0xabcd" });
    expect(packed).to.equal(`0x${DIGITS}f39fd6e51aad88f6f4ce6ab8827279cfffb92266abcd`);
  });

  it("is as long as ssv-dkg allows, and not one byte more", () => {
    const pack = (length: number) =>
      packOwnerSignature({ message: `0x${DIGITS}`, signer: SIGNER, signature: `0x${"ab".repeat(length)}` });
    expect(pack(1_484)).to.have.lengthOf(2 + 2 * 1_536);
    expect(() => pack(1_485)).to.throw(
      OwnerSignatureError,
      "signature is too long for ssv-dkg (got 1485 bytes): give at most 1484 bytes; 22 keys have room to sign for a contract",
    );
  });
});
