import { expect } from "chai";
import { concat } from "ethers";

import { ROLES } from "../../deploy/modules/Suite.ts";
import { ownerMessageHash } from "../../src/ssv/ownerSignature.ts";
import { strangers } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { askOwner, CONFIRMED, MESSAGE, REFUSED } from "../helpers/ownerSignature.ts";
import { deploySuite } from "../helpers/suite.ts";

const HASH = ownerMessageHash(MESSAGE);
/** As `OddWallet.Manner` counts them. */
const MANNERS = { Confirms: 0, Refuses: 1, Reverts: 2, BurnsGas: 3, AnswersShort: 4, AsksBack: 5 } as const;

describe("ClusterManager.isValidSignature of a contract", () => {
  const suite = useSuite(async () => {
    const deployed = await deploySuite();
    const { chain, authority, admin } = deployed;
    const oddWallet = await chain.ethers.deployContract("OddWallet");
    await authority.connect(admin).grantRole(ROLES.OPERATOR, oddWallet, 0);
    return { ...deployed, oddWallet };
  });

  const ask = async (signer: { getAddress(): Promise<string> }, own: string) =>
    suite().clusterManager.isValidSignature(HASH, concat([MESSAGE, await signer.getAddress(), own]));

  it("confirms what a wallet with the role confirms, and refuses what it refuses", async () => {
    const { chain, authority, admin } = suite();
    const [key, stranger] = await strangers(suite());
    const wallet = await chain.ethers.deployContract("WalletMock", [key.address]);
    const address = await wallet.getAddress();
    expect(await askOwner(suite(), key, address)).to.equal(REFUSED);

    await authority.connect(admin).grantRole(ROLES.OPERATOR, wallet, 0);
    expect(await askOwner(suite(), key, address)).to.equal(CONFIRMED);
    expect(await askOwner(suite(), stranger, address)).to.equal(REFUSED);
    expect(await askOwner(suite(), key), "the wallet has the role, not its key").to.equal(REFUSED);
  });

  it("takes an empty signature to a wallet that knows the message already", async () => {
    expect(await ask(suite().oddWallet, "0x")).to.equal(CONFIRMED);
  });

  for (const [what, manner] of [
    ["refuses", MANNERS.Refuses],
    ["reverts", MANNERS.Reverts],
    ["burns all its gas", MANNERS.BurnsGas],
    ["answers with less than a word", MANNERS.AnswersShort],
  ] as const)
    it(`refuses, without reverting, when the wallet ${what}`, async () => {
      const { oddWallet } = suite();
      expect(await ask(oddWallet, "0xab")).to.equal(CONFIRMED);
      await oddWallet.getFunction("behave").send(manner);
      expect(await ask(oddWallet, "0xab")).to.equal(REFUSED);
    });

  it("ends, and refuses, when the wallet asks whether it signed itself, and again", async () => {
    const { oddWallet } = suite();
    await oddWallet.getFunction("behave").send(MANNERS.AsksBack);
    expect(await ask(oddWallet, MESSAGE)).to.equal(REFUSED);
  });

  it("refuses contracts that have the role and do not know ERC-1271, and the access manager", async () => {
    const { authority, admin, poolManager } = suite();
    await authority.connect(admin).grantRole(ROLES.OPERATOR, poolManager, 0);
    await authority.connect(admin).grantRole(ROLES.OPERATOR, authority, 0);
    expect(await ask(poolManager, "0xab")).to.equal(REFUSED);
    expect(await ask(authority, "0xab")).to.equal(REFUSED);
  });

  it("refuses itself as a signer, even with the role and a good signature inside", async () => {
    const { authority, admin, operator, clusterManager } = suite();
    await authority.connect(admin).grantRole(ROLES.OPERATOR, clusterManager, 0);
    const inner = concat([MESSAGE, operator.address, await operator.signMessage(MESSAGE.slice(2))]);
    expect(await clusterManager.isValidSignature(HASH, inner)).to.equal(CONFIRMED);
    expect(await ask(clusterManager, inner)).to.equal(REFUSED);
  });

  it("H73 takes the key of an account with delegated code first, and its code second", async () => {
    const { chain, operator } = suite();
    const { ethers, provider } = chain;
    const codeKey = ethers.Wallet.createRandom();
    const delegate = await ethers.deployContract("WalletMock", [codeKey.address]);
    const code = concat(["0xef0100", await delegate.getAddress()]);
    await provider.request({ method: "hardhat_setCode", params: [operator.address, code] });
    expect(await ethers.provider.getCode(operator)).to.equal(code.toLowerCase());

    // The delegate would refuse the first of these signatures.
    expect(await askOwner(suite(), operator)).to.equal(CONFIRMED);
    expect(await askOwner(suite(), codeKey, operator.address)).to.equal(CONFIRMED);
    expect(await askOwner(suite(), ethers.Wallet.createRandom(), operator.address)).to.equal(REFUSED);
  });
});
