import { expect } from "chai";
import { concat, type HDNodeWallet, Signature } from "ethers";
import { network } from "hardhat";

import { HOUR, now, strangers, ZERO_ADDRESS } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { permitDomain, PERMIT_TYPES, signPermit } from "../helpers/permit.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

const BYTES = "permit(address,address,uint256,uint256,bytes)";
const VRS = "permit(address,address,uint256,uint256,uint8,bytes32,bytes32)";
const VALUE = 12_345n;
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

async function setup(suite: TestSuite) {
  const [alice, spender, mallory] = await strangers(suite);
  const owner = suite.chain.ethers.Wallet.createRandom();
  const deadline = (await now(suite)) + HOUR;
  const sign = (changes: Parameters<typeof signPermit>[3] = {}, signer: HDNodeWallet = owner) =>
    signPermit(suite, signer, { owner: owner.address, spender: spender.address, value: VALUE, deadline }, changes);
  return { poolETH: suite.poolETH, alice, spender, mallory, owner, deadline, sign };
}

describe("PoolETH.permit", () => {
  const suite = useSuite(deploySuite);

  it("sets an allowance by a signature in bytes, from anybody", async () => {
    const { poolETH, mallory, spender, owner, deadline, sign } = await setup(suite());
    await expect(poolETH.connect(mallory)[BYTES](owner, spender, VALUE, deadline, await sign()))
      .to.emit(poolETH, "Approval")
      .withArgs(owner.address, spender.address, VALUE);
    expect(await poolETH.allowance(owner, spender)).to.equal(VALUE);
    expect(await poolETH.nonces(owner)).to.equal(1n);
  });

  it("sets an allowance by v, r and s", async () => {
    const { poolETH, spender, owner, deadline, sign } = await setup(suite());
    const { v, r, s } = Signature.from(await sign());
    await expect(poolETH[VRS](owner, spender, VALUE, deadline, v, r, s))
      .to.emit(poolETH, "Approval")
      .withArgs(owner.address, spender.address, VALUE);
    expect(await poolETH.nonces(owner)).to.equal(1n);
  });

  it("takes a permit in the second of its deadline, and none later", async () => {
    const { poolETH, spender, owner, deadline, sign } = await setup(suite());
    const signature = await sign();
    const { time } = suite().chain.networkHelpers;
    await time.setNextBlockTimestamp(deadline);
    await poolETH[BYTES](owner, spender, VALUE, deadline, signature);

    const { v, r, s } = Signature.from(signature);
    for (const permit of [
      () => poolETH[BYTES](owner, spender, VALUE, deadline, signature),
      () => poolETH[VRS](owner, spender, VALUE, deadline, v, r, s),
    ])
      await expect(permit()).to.be.revertedWithCustomError(poolETH, "PermitExpired").withArgs(deadline);
  });

  it("reverts when a permit is used twice", async () => {
    const { poolETH, spender, owner, deadline, sign } = await setup(suite());
    const signature = await sign();
    const { v, r, s } = Signature.from(signature);
    await poolETH[BYTES](owner, spender, VALUE, deadline, signature);

    for (const permit of [
      () => poolETH[BYTES](owner, spender, VALUE, deadline, signature),
      () => poolETH[VRS](owner, spender, VALUE, deadline, v, r, s),
    ])
      await expect(permit()).to.be.revertedWithCustomError(poolETH, "PermitSignerInvalid").withArgs(owner.address);
  });

  it("reverts when somebody else signed, or something else was signed", async () => {
    const { poolETH, spender, mallory, owner, deadline, sign } = await setup(suite());
    const stranger = suite().chain.ethers.Wallet.createRandom();
    const signatures = [
      await sign({}, stranger),
      await sign({ value: VALUE + 1n }),
      await sign({ spender: mallory.address }),
      await sign({ deadline: deadline + 1n }),
      await sign({ nonce: 1n }),
    ];
    for (const signature of signatures)
      await expect(poolETH[BYTES](owner, spender, VALUE, deadline, signature))
        .to.be.revertedWithCustomError(poolETH, "PermitSignerInvalid")
        .withArgs(owner.address);
    expect(await poolETH.nonces(owner)).to.equal(0n);
  });

  it("reverts when the signature has its other form: a high s, or 64 bytes", async () => {
    const { poolETH, spender, owner, deadline, sign } = await setup(suite());
    const { v, r, s, compactSerialized } = Signature.from(await sign());
    const high = `0x${(ORDER - BigInt(s)).toString(16).padStart(64, "0")}`;
    await expect(poolETH[VRS](owner, spender, VALUE, deadline, v === 27 ? 28 : 27, r, high))
      .to.be.revertedWithCustomError(poolETH, "PermitSignerInvalid")
      .withArgs(owner.address);
    await expect(poolETH[BYTES](owner, spender, VALUE, deadline, compactSerialized))
      .to.be.revertedWithCustomError(poolETH, "PermitSignerInvalid")
      .withArgs(owner.address);
  });

  it("reverts when the owner is zero, whom a malformed signature recovers to", async () => {
    const { poolETH, spender, deadline } = await setup(suite());
    await expect(poolETH[BYTES](ZERO_ADDRESS, spender, VALUE, deadline, "0x"))
      .to.be.revertedWithCustomError(poolETH, "ERC20InvalidApprover")
      .withArgs(ZERO_ADDRESS);
  });

  it("asks a contract wallet by ERC-1271, in both forms", async () => {
    const { poolETH, spender, owner: key, deadline } = await setup(suite());
    const wallet = await suite().chain.ethers.deployContract("WalletMock", [key.address]);
    const message = { owner: await wallet.getAddress(), spender: spender.address, value: VALUE, deadline };

    await poolETH[BYTES](wallet, spender, VALUE, deadline, await signPermit(suite(), key, message));
    expect(await poolETH.allowance(wallet, spender)).to.equal(VALUE);

    const { v, r, s } = Signature.from(await signPermit(suite(), key, { ...message, value: 7n }));
    await poolETH[VRS](wallet, spender, 7n, deadline, v, r, s);
    expect(await poolETH.allowance(wallet, spender)).to.equal(7n);
    expect(await poolETH.nonces(wallet)).to.equal(2n);
  });

  it("reverts when a contract wallet does not confirm the signature, or does not know ERC-1271", async () => {
    const { poolETH, spender, owner: key, deadline } = await setup(suite());
    const wallet = await suite().chain.ethers.deployContract("WalletMock", [spender.address]);
    for (const owner of [await wallet.getAddress(), await suite().rewardsVault.getAddress()]) {
      const signature = await signPermit(suite(), key, { owner, spender: spender.address, value: VALUE, deadline });
      await expect(poolETH[BYTES](owner, spender, VALUE, deadline, signature))
        .to.be.revertedWithCustomError(poolETH, "PermitSignerInvalid")
        .withArgs(owner);
    }
  });

  it("H73 takes the key of an account with delegated code first, and its code second", async () => {
    const { poolETH, spender, owner, deadline, sign } = await setup(suite());
    const { ethers, provider } = suite().chain;
    const codeKey = ethers.Wallet.createRandom();
    const delegate = await ethers.deployContract("WalletMock", [codeKey.address]);
    const code = concat(["0xef0100", await delegate.getAddress()]);
    await provider.request({ method: "hardhat_setCode", params: [owner.address, code] });
    expect(await ethers.provider.getCode(owner)).to.equal(code.toLowerCase());

    // The delegate would refuse this signature.
    await poolETH[BYTES](owner, spender, VALUE, deadline, await sign());
    expect(await poolETH.allowance(owner, spender)).to.equal(VALUE);

    await poolETH[BYTES](owner, spender, 5n, deadline, await sign({ value: 5n }, codeKey));
    expect(await poolETH.allowance(owner, spender)).to.equal(5n);

    const stranger = ethers.Wallet.createRandom();
    await expect(poolETH[BYTES](owner, spender, 6n, deadline, await sign({ value: 6n }, stranger)))
      .to.be.revertedWithCustomError(poolETH, "PermitSignerInvalid")
      .withArgs(owner.address);
  });

  it("describes its domain by EIP-5267", async () => {
    const { poolETH } = await setup(suite());
    const { ethers } = suite().chain;
    const domain = await permitDomain(suite());
    expect([...(await poolETH.eip712Domain())]).to.deep.equal([
      "0x0f",
      "poolETH",
      "1",
      31_337n,
      await poolETH.getAddress(),
      ethers.ZeroHash,
      [],
    ]);
    expect(await poolETH.DOMAIN_SEPARATOR()).to.equal(ethers.TypedDataEncoder.hashDomain(domain));
  });

  it("H72 follows the chain id when the chain splits", async () => {
    const { poolETH, spender, owner, deadline, sign } = await setup(suite());
    const address = await poolETH.getAddress();
    const other = await network.create({ network: "default", override: { chainId: 4_242 } });
    await other.provider.request({
      method: "hardhat_setCode",
      params: [address, await suite().chain.ethers.provider.getCode(address)],
    });
    const twin = await other.ethers.getContractAt("PoolETH", address);

    await expect(twin[BYTES](owner, spender, VALUE, deadline, await sign()))
      .to.be.revertedWithCustomError(poolETH, "PermitSignerInvalid")
      .withArgs(owner.address);

    const domain = { ...(await permitDomain(suite())), chainId: 4_242 };
    const message = { owner: owner.address, spender: spender.address, value: VALUE, nonce: 0n, deadline };
    await twin[BYTES](owner, spender, VALUE, deadline, await owner.signTypedData(domain, PERMIT_TYPES, message));
    expect(await twin.allowance(owner, spender)).to.equal(VALUE);
    expect(await twin.DOMAIN_SEPARATOR()).to.not.equal(await poolETH.DOMAIN_SEPARATOR());
  });
});
