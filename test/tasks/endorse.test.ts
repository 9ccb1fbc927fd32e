import { expect } from "chai";
import { Wallet } from "ethers";

import { ROLES, selector } from "../../deploy/modules/Suite.ts";
import { ownerMessageHash, packOwnerSignature } from "../../src/ssv/ownerSignature.ts";
import type { Hex } from "../../src/units/hex.ts";
import { endorse, findEndorser, type MessageSigner, wrapSignature } from "../../tasks/commands/endorse.ts";
import { openPool } from "../../tasks/connect.ts";
import type { PrintableRecord } from "../../tasks/output.ts";
import { HOUR, passTime, strangers } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { CONFIRMED, MESSAGE } from "../helpers/ownerSignature.ts";
import { deploySuite } from "../helpers/suite.ts";
import { fakeTerminal } from "../helpers/terminal.ts";

const DIGITS = MESSAGE.slice(2);
const HASH = ownerMessageHash(MESSAGE);
const NO_ROLE =
  "has no role to sign for the owner of the clusters (got %s): sign with an account that has the operator role, which the pool's admin can grant";
const DELAYED =
  "has the role to sign for the owner with a delay of 3600 seconds, which a signature cannot keep (got %s): sign with an account that has the role without a delay";

describe("keys endorse", () => {
  const suite = useSuite(deploySuite);

  const open = async () => openPool(suite().chain, await suite().poolETH.getAddress());
  const sign = async (signer: MessageSigner, terminal = fakeTerminal(), yes = true) =>
    endorse(await open(), { message: MESSAGE, signer, field: "from" }, { yes }, terminal);
  const wrap = async (signer: string, signature: string) =>
    wrapSignature(await open(), { message: MESSAGE, signer, signature: signature as Hex });
  const failure = async (work: Promise<unknown>) =>
    work.then(
      () => "nothing",
      (error: unknown) => (error as Error).message,
    );
  /** What the owner says to what is printed, as ssv-dkg's operators get it. */
  const answerTo = (result: PrintableRecord) => {
    const { hash, signature } = result as Record<"hash" | "signature", string>;
    return suite().clusterManager.isValidSignature(hash, `0x${signature}`);
  };

  describe("with a key", () => {
    it("prints a signature that the owner confirms, in hexadecimal without a prefix", async () => {
      const { operator, clusterManager } = suite();
      const result = await sign(operator);
      const signature = (await operator.signMessage(DIGITS)) as Hex;
      expect(result).to.deep.equal({
        owner: await clusterManager.getAddress(),
        message: DIGITS,
        hash: HASH,
        signer: operator.address,
        signature: packOwnerSignature({ message: MESSAGE, signer: operator.address, signature }).slice(2),
      });
      expect(await answerTo(result)).to.equal(CONFIRMED);
    });

    it("takes a wallet that is no account of the network", async () => {
      const { authority, admin } = suite();
      const wallet = new Wallet(`0x${"42".repeat(32)}`);
      await authority.connect(admin).grantRole(ROLES.OPERATOR, wallet.address, 0);
      const result = await sign(wallet);
      expect(result.signer).to.equal(wallet.address);
      expect(await answerTo(result)).to.equal(CONFIRMED);
    });

    it("shows owner, message and signer before it asks, and signs on yes", async () => {
      const { operator, clusterManager } = suite();
      const terminal = fakeTerminal("yes");
      await sign(operator, terminal, false);
      expect(terminal.noted).to.deep.equal([
        [
          "action                    sign a message of ssv-dkg for the owner of the clusters",
          `owner                     ${await clusterManager.getAddress()}`,
          `message                   ${DIGITS}`,
          `signer                    ${operator.address}`,
        ].join("\n"),
        "warning: the digits do not show which keys, withdrawal credentials and operators they stand for: sign only what your own ssv-dkg wrote",
      ]);
      expect(terminal.asked).to.deep.equal(["Type yes to sign this message: "]);
    });

    it("signs nothing on another answer, nor where nobody can be asked", async () => {
      const { address } = suite().operator;
      const signer = { address, signMessage: () => Promise.reject(new Error("it was asked to sign")) };
      expect(await failure(sign(signer, fakeTerminal("no"), false))).to.equal(
        "confirmation was not given (got no): nothing was signed",
      );
      expect(await failure(sign(signer, fakeTerminal(), false))).to.equal(
        "confirmation cannot be asked for, so nothing was signed (got no terminal): run it in a terminal, or let it go ahead without being asked with --yes",
      );
    });

    it("refuses an account without the role, or with a delay, before it signs", async () => {
      const { authority, admin } = suite();
      const [nobody, waiting] = await strangers(suite());
      await authority.connect(admin).grantRole(ROLES.OPERATOR, waiting, HOUR);
      await passTime(suite(), HOUR);
      for (const [{ address }, text] of [
        [nobody, NO_ROLE],
        [waiting, DELAYED],
      ] as const) {
        const signer = { address, signMessage: () => Promise.reject(new Error("it was asked to sign")) };
        expect(await failure(sign(signer))).to.equal(`from ${text.replace("%s", address)}`);
      }
    });
  });

  describe("without a key", () => {
    it("finds the first account of the network that may sign, or takes the one that is named", async () => {
      const { operator, admin } = suite();
      expect((await findEndorser(await open(), undefined)).address).to.equal(operator.address);
      expect((await findEndorser(await open(), admin.address)).address).to.equal(admin.address);
    });

    it("says that none may, and that one would have to wait", async () => {
      const { authority, admin, operator, chain } = suite();
      const { length } = await chain.ethers.getSigners();
      await authority.connect(admin).revokeRole(ROLES.OPERATOR, operator);
      const find = async () => failure(findEndorser(await open(), undefined));
      expect(await find()).to.equal(`from ${NO_ROLE.replace("%s", `none of ${length} accounts`)}`);

      await authority.connect(admin).grantRole(ROLES.OPERATOR, operator, HOUR);
      await passTime(suite(), HOUR);
      expect(await find()).to.equal(`from ${DELAYED.replace("%s", `none of ${length} accounts`)}`);
    });

    it("follows the access manager to another role", async () => {
      const { authority, admin, guardian, clusterManager } = suite();
      const functions = [selector("isValidSignature(bytes32,bytes)")];
      await authority.connect(admin).setTargetFunctionRole(clusterManager, functions, ROLES.GUARDIAN);
      expect((await findEndorser(await open(), undefined)).address).to.equal(guardian.address);
    });
  });

  describe("with a signature made elsewhere", () => {
    const grantWallet = async () => {
      const { chain, authority, admin } = suite();
      const [key, other] = await strangers(suite());
      const wallet = await (await chain.ethers.deployContract("WalletMock", [key.address])).getAddress();
      await authority.connect(admin).grantRole(ROLES.OPERATOR, wallet, 0);
      return { key, other, wallet };
    };

    it("wraps that of a contract wallet", async () => {
      const { key, wallet } = await grantWallet();
      const result = await wrap(wallet, await key.signMessage(DIGITS));
      expect(result.signer).to.equal(wallet);
      expect(await answerTo(result)).to.equal(CONFIRMED);
    });

    it("refuses one that the wallet does not confirm, and says what must be signed", async () => {
      const { other, key, wallet } = await grantWallet();
      for (const signature of [await other.signMessage(DIGITS), await key.signMessage(`0x${DIGITS}`)])
        expect(await failure(wrap(wallet, signature))).to.equal(
          `signature is none by ${wallet} of this message (got ${signature}): have the account sign ${DIGITS} as a text, without 0x; a contract must confirm ${HASH}`,
        );
    });

    it("refuses that of an account without the role", async () => {
      const { key } = await grantWallet();
      expect(await failure(wrap(key.address, await key.signMessage(DIGITS)))).to.equal(
        `signerAddress ${NO_ROLE.replace("%s", key.address)}`,
      );
    });
  });
});
