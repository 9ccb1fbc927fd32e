import { generateKeyPairSync } from "node:crypto";

import { expect } from "chai";

import {
  decodeOperatorPublicKey,
  encodeOperatorPublicKey,
  formatOperatorPublicKey,
  generateOperatorKey,
  OperatorKeyError,
  parseOperatorPrivateKey,
  parseOperatorPublicKey,
} from "../../../src/ssv/operatorKey.ts";

describe("ssv/operatorKey", () => {
  const pair = generateOperatorKey();

  it("writes keys as operators publish them: 612 characters, base64 of a PEM", () => {
    expect(pair.publicKey).to.have.lengthOf(612);
    expect(pair.publicKey).to.match(/^LS0tLS1CRUdJTiBSU0EgUFVCTElDIEtFWS0tLS0t/);
    expect(Buffer.from(pair.publicKey, "base64").toString()).to.match(
      /^-----BEGIN RSA PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A/,
    );
  });

  it("reads back what it writes", () => {
    expect(formatOperatorPublicKey(parseOperatorPublicKey(pair.publicKey))).to.equal(pair.publicKey);
    expect(formatOperatorPublicKey(parseOperatorPrivateKey(pair.privateKey))).to.equal(pair.publicKey);
    expect(decodeOperatorPublicKey(encodeOperatorPublicKey(pair.publicKey))).to.equal(pair.publicKey);
  });

  it("refuses what is no RSA-2048 key in this encoding", () => {
    const short = generateKeyPairSync("rsa", { modulusLength: 1024 });
    const curve = generateKeyPairSync("ed25519");
    expect(() => parseOperatorPublicKey("")).to.throw(OperatorKeyError, "holds no PEM");
    expect(() => parseOperatorPublicKey(pair.publicKey.slice(0, 300))).to.throw(OperatorKeyError, "no readable key");
    expect(() => formatOperatorPublicKey(short.publicKey)).to.throw(OperatorKeyError, "2048 bits");
    expect(() => formatOperatorPublicKey(curve.publicKey)).to.throw(OperatorKeyError, "2048 bits");
    expect(() => decodeOperatorPublicKey("0x1234")).to.throw(OperatorKeyError, "ABI-encoded");
  });

  it("H11: never shows a private key", () => {
    expect(() => parseOperatorPrivateKey(pair.privateKey.replace("M", "!")))
      .to.throw(OperatorKeyError)
      .with.property("message")
      .that.does.not.contain("BEGIN");
  });
});
