import { expect } from "chai";
import { concat, dataSlice, hashMessage, id, keccak256, Signature, TypedDataEncoder, ZeroAddress } from "ethers";

import { ROLES, selector } from "../../deploy/modules/Suite.ts";
import { ownerMessageHash, ownerMessageText } from "../../src/ssv/ownerSignature.ts";
import type { Hex } from "../../src/units/hex.ts";
import { HOUR, now, passTime, strangers } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { askOwner, CONFIRMED, MESSAGE, REFUSED } from "../helpers/ownerSignature.ts";
import { permitDomain, PERMIT_TYPES } from "../helpers/permit.ts";
import { deploySuite } from "../helpers/suite.ts";

const FUNCTION = "isValidSignature(bytes32,bytes)";
const HASH = ownerMessageHash(MESSAGE);
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const OTHER_ROLE = 7n;
const PUBLIC_ROLE = 2n ** 64n - 1n;

describe("ClusterManager.isValidSignature", () => {
  const suite = useSuite(deploySuite);
  const ask = (hash: string, signature: string) => suite().clusterManager.isValidSignature(hash, signature);
  /** The operator's own signature of the message. */
  const signed = () => suite().operator.signMessage(ownerMessageText(MESSAGE));

  it("answers with the selector of EIP-1271", () => {
    expect(selector(FUNCTION)).to.equal(CONFIRMED);
  });

  describe("asked by anybody about a signer", () => {
    it("confirms what an operator signed, for messages with any digits", async () => {
      const messages: Hex[] = [MESSAGE, id("resign") as Hex, `0x${"0".repeat(64)}`, `0x${"f".repeat(64)}`];
      for (const message of messages)
        expect(await askOwner(suite(), suite().operator, undefined, message), message).to.equal(CONFIRMED);
    });

    it("refuses everybody who has not the role, the administrator too", async () => {
      const { admin, guardian, deployer, members } = suite();
      const [nobody] = await strangers(suite());
      for (const signer of [admin, guardian, deployer, nobody, ...members])
        expect(await askOwner(suite(), signer), signer.address).to.equal(REFUSED);
    });

    it("confirms for every operator, and for each until the role is revoked", async () => {
      const { authority, admin, operator } = suite();
      const [second] = await strangers(suite());
      await authority.connect(admin).grantRole(ROLES.OPERATOR, second, 0);
      expect(await askOwner(suite(), second)).to.equal(CONFIRMED);

      await authority.connect(admin).revokeRole(ROLES.OPERATOR, operator);
      expect(await askOwner(suite(), operator)).to.equal(REFUSED);
      expect(await askOwner(suite(), second)).to.equal(CONFIRMED);
    });

    it("refuses a signer who has the role with a delay, which a signature cannot keep", async () => {
      const { authority, admin } = suite();
      const [waiting] = await strangers(suite());
      await authority.connect(admin).grantRole(ROLES.OPERATOR, waiting, HOUR);
      await passTime(suite(), 2n * HOUR);
      expect(await askOwner(suite(), waiting)).to.equal(REFUSED);
    });

    it("is stopped by closing the contract, and by giving the function to another role", async () => {
      const { authority, admin, operator, clusterManager } = suite();
      await authority.connect(admin).setTargetClosed(clusterManager, true);
      expect(await askOwner(suite(), operator)).to.equal(REFUSED);

      await authority.connect(admin).setTargetClosed(clusterManager, false);
      await authority.connect(admin).setTargetFunctionRole(clusterManager, [selector(FUNCTION)], OTHER_ROLE);
      expect(await askOwner(suite(), operator)).to.equal(REFUSED);
    });

    it("refuses an operator's signature under another name, and another's under the operator's", async () => {
      const { operator } = suite();
      const [nobody] = await strangers(suite());
      expect(await askOwner(suite(), operator, nobody.address)).to.equal(REFUSED);
      expect(await askOwner(suite(), nobody, operator.address)).to.equal(REFUSED);
    });

    it("takes a signature that recovers to nobody for none, even where everybody may sign", async () => {
      const { authority, admin, clusterManager } = suite();
      const [nobody] = await strangers(suite());
      await authority.connect(admin).setTargetFunctionRole(clusterManager, [selector(FUNCTION)], PUBLIC_ROLE);
      expect(await ask(HASH, concat([MESSAGE, ZeroAddress, "0x"]))).to.equal(REFUSED);
      expect(await ask(HASH, concat([MESSAGE, ZeroAddress, `0x${"00".repeat(65)}`]))).to.equal(REFUSED);
      expect(await askOwner(suite(), nobody)).to.equal(CONFIRMED);
    });
  });

  describe("asked about a message", () => {
    it("refuses one that was not signed, under its own hash and under that of the signed one", async () => {
      const { operator } = suite();
      const other = id("reshare") as Hex;
      expect(await ask(ownerMessageHash(other), concat([other, operator.address, await signed()])))
        .to //
        .equal(REFUSED);
      expect(await ask(HASH, concat([other, operator.address, await signed()]))).to.equal(REFUSED);
    });

    it("refuses every other text, though an operator signed it as a personal message", async () => {
      const { operator } = suite();
      const digits = ownerMessageText(MESSAGE);
      for (const text of [digits.toUpperCase(), `0x${digits}`, digits.slice(1), `${digits}\n`, "I own this account"]) {
        const blob = concat([MESSAGE, operator.address, await operator.signMessage(text)]);
        expect(await ask(hashMessage(text), blob), text).to.equal(REFUSED);
      }
    });

    it("refuses the 32 bytes themselves, signed as a personal message", async () => {
      const { operator } = suite();
      const bytes = Buffer.from(MESSAGE.slice(2), "hex");
      const blob = concat([MESSAGE, operator.address, await operator.signMessage(bytes)]);
      expect(await ask(hashMessage(bytes), blob)).to.equal(REFUSED);
    });

    it("signs no permit for the account, nor any other typed data", async () => {
      const { operator, clusterManager, poolETH } = suite();
      const deadline = (await now(suite())) + HOUR;
      const permit = {
        owner: await clusterManager.getAddress(),
        spender: operator.address,
        value: 1n,
        nonce: 0n,
        deadline,
      };
      const domain = await permitDomain(suite());
      const hash = TypedDataEncoder.hash(domain, PERMIT_TYPES, permit);
      const own = await operator.signTypedData(domain, PERMIT_TYPES, permit);
      for (const message of [MESSAGE, hash]) {
        const blob = concat([message, operator.address, own]);
        expect(await ask(hash, blob)).to.equal(REFUSED);
        const method = poolETH["permit(address,address,uint256,uint256,bytes)"];
        await expect(method(permit.owner, permit.spender, permit.value, deadline, blob))
          .to.be.revertedWithCustomError(poolETH, "PermitSignerInvalid")
          .withArgs(permit.owner);
      }
    });

    it("refuses a high s, a short form, and a wrong recovery bit", async () => {
      const { operator } = suite();
      const own = await signed();
      const { r, s, v, compactSerialized } = Signature.from(own);
      const high = `0x${(ORDER - BigInt(s)).toString(16).padStart(64, "0")}`;
      const flipped = v === 27 ? "0x1c" : "0x1b";
      for (const bad of [concat([r, high, flipped]), compactSerialized, concat([r, s, flipped]), concat([own, "0x00"])])
        expect(await ask(HASH, concat([MESSAGE, operator.address, bad])), bad).to.equal(REFUSED);
    });
  });

  describe("given garbage", () => {
    it("refuses every length from 0 to 200, and does not revert", async () => {
      const { operator } = suite();
      const whole = concat([MESSAGE, operator.address, await signed()]);
      const noise = Array.from({ length: 4 }, (_, i) => keccak256(`0x0${i}`));
      const long = concat([whole, ...noise]);
      expect(await ask(HASH, whole)).to.equal(CONFIRMED);
      for (let length = 0; length <= 200; length++) {
        const answer = length === 117 ? CONFIRMED : REFUSED;
        expect(await ask(HASH, dataSlice(long, 0, length)), `${length} bytes`).to.equal(answer);
        expect(await ask(HASH, `0x${"00".repeat(length)}`), `${length} zeros`).to.equal(REFUSED);
        expect(await ask(HASH, `0x${"ff".repeat(length)}`), `${length} ones`).to.equal(REFUSED);
      }
    });

    it("refuses when any one byte of message or signer is another", async () => {
      const { operator } = suite();
      const whole = concat([MESSAGE, operator.address, await signed()]);
      for (let i = 0; i < 52; i++) {
        const changed = Buffer.from(whole.slice(2), "hex");
        changed.writeUInt8(changed.readUInt8(i) ^ 1, i);
        expect(await ask(HASH, `0x${changed.toString("hex")}`), `byte ${i}`).to.equal(REFUSED);
      }
    });
  });
});
