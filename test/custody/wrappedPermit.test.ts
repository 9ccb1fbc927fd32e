import { expect } from "chai";
import { Signature, toBeHex } from "ethers";

import { WalletMock__factory } from "../../typechain-types/index.ts";
import { ETHER, HOUR, now, passTime, strangers, ZERO_ADDRESS } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { signPermit, signPermitOf } from "../helpers/permit.ts";
import { deployWrappedAfterGain, exactRate, type WrappedSuite } from "../helpers/wrapped.ts";

const BYTES = "permit(address,address,uint256,uint256,bytes)";
const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const ASSETS = 3n * ETHER + 1n;

/** An account with poolETH whose key is known, and its permit for the wrapped token. */
async function setup(suite: WrappedSuite) {
  const { wrapped, poolETH, chain } = suite;
  const [receiver, mallory] = await strangers(suite);
  const key = chain.ethers.Wallet.createRandom(chain.ethers.provider);
  await chain.networkHelpers.setBalance(key.address, 100n * ETHER);
  await poolETH.deposit(key, ZERO_ADDRESS, { value: 10n * ETHER });
  const deadline = (await now(suite)) + HOUR;
  const spender = await wrapped.getAddress();
  const signature = await signPermit(suite, key, { owner: key.address, spender, value: ASSETS, deadline });
  const shares = (await exactRate(suite)).sharesDown(ASSETS);
  return { wrapped, poolETH, key, deadline, spender, signature, shares, receiver, mallory };
}

describe("WrappedPoolETH.depositWithPermit", () => {
  const suite = useSuite(deployWrappedAfterGain);

  it("wraps by a signature, without an allowance of before", async () => {
    const { wrapped, poolETH, key, deadline, signature, shares, receiver } = await setup(suite());
    await expect(wrapped.connect(key).depositWithPermit(ASSETS, receiver, deadline, signature))
      .to.emit(wrapped, "Deposit")
      .withArgs(key.address, receiver.address, ASSETS, shares);
    expect(await wrapped.balanceOf(receiver)).to.equal(shares);
    expect(await poolETH.allowance(key, wrapped)).to.equal(0n);
    expect(await poolETH.nonces(key)).to.equal(1n);
  });

  it("H53 wraps also when somebody used the permit before", async () => {
    const { wrapped, poolETH, key, deadline, spender, signature, shares, mallory } = await setup(suite());
    await poolETH.connect(mallory)[BYTES](key, spender, ASSETS, deadline, signature);
    await wrapped.connect(key).depositWithPermit(ASSETS, key, deadline, signature);
    expect(await wrapped.balanceOf(key)).to.equal(shares);
    expect(await poolETH.allowance(key, wrapped)).to.equal(0n);
    await expect(wrapped.connect(key).depositWithPermit(ASSETS, key, deadline, signature))
      .to.be.revertedWithCustomError(poolETH, "ERC20InsufficientAllowance")
      .withArgs(spender, 0n, ASSETS);
  });

  it("wraps for the signer alone: nobody can use his permit to wrap", async () => {
    const { wrapped, poolETH, deadline, spender, signature, mallory } = await setup(suite());
    await expect(wrapped.connect(mallory).depositWithPermit(ASSETS, mallory, deadline, signature))
      .to.be.revertedWithCustomError(poolETH, "ERC20InsufficientAllowance")
      .withArgs(spender, 0n, ASSETS);
  });

  it("reverts with a permit that is too late or for another amount", async () => {
    const { wrapped, poolETH, key, deadline, spender, signature } = await setup(suite());
    const wrap = (assets: bigint) => wrapped.connect(key).depositWithPermit(assets, key, deadline, signature);
    await expect(wrap(ASSETS - 1n))
      .to.be.revertedWithCustomError(poolETH, "ERC20InsufficientAllowance")
      .withArgs(spender, 0n, ASSETS - 1n);
    await passTime(suite(), HOUR);
    await expect(wrap(ASSETS))
      .to.be.revertedWithCustomError(poolETH, "ERC20InsufficientAllowance")
      .withArgs(spender, 0n, ASSETS);
  });

  it("takes the permit of a contract wallet", async () => {
    const { wrapped, poolETH, key, deadline, spender } = await setup(suite());
    const { chain, deployer } = suite();
    const code = await new WalletMock__factory(deployer).deploy(key.address);
    const wallet = await code.getAddress();
    await poolETH.deposit(wallet, ZERO_ADDRESS, { value: 10n * ETHER });
    const signature = await signPermit(suite(), key, { owner: wallet, spender, value: ASSETS, deadline });
    await chain.networkHelpers.impersonateAccount(wallet);
    await chain.networkHelpers.setBalance(wallet, ETHER);
    const caller = await chain.ethers.getSigner(wallet);
    const shares = (await exactRate(suite())).sharesDown(ASSETS);
    await wrapped.connect(caller).depositWithPermit(ASSETS, wallet, deadline, signature);
    expect(await wrapped.balanceOf(wallet)).to.equal(shares);
  });
});

describe("WrappedPoolETH.permit", () => {
  const suite = useSuite(deployWrappedAfterGain);

  it("reverts when it is late, or signed by somebody else, or malformed", async () => {
    const { wrapped, key, deadline, receiver } = await setup(suite());
    const message = { owner: key.address, spender: receiver.address, value: ASSETS, deadline };
    const { v, r, s } = Signature.from(await signPermitOf(wrapped, key, message));
    const other = suite().chain.ethers.Wallet.createRandom();
    const foreign = Signature.from(await signPermitOf(wrapped, other, message));
    const permit = (v_: number | bigint, r_: string, s_: string) =>
      wrapped.permit(key, receiver, ASSETS, deadline, v_, r_, s_);
    await expect(permit(foreign.v, foreign.r, foreign.s))
      .to.be.revertedWithCustomError(wrapped, "ERC2612InvalidSigner")
      .withArgs(other.address, key.address);
    await expect(permit(1n, r, s)).to.be.revertedWithCustomError(wrapped, "ECDSAInvalidSignature");
    const highS = toBeHex(ORDER - BigInt(s), 32);
    await expect(permit(55 - v, r, highS))
      .to.be.revertedWithCustomError(wrapped, "ECDSAInvalidSignatureS")
      .withArgs(highS);
    await suite().chain.networkHelpers.time.setNextBlockTimestamp(deadline + 1n);
    await expect(permit(v, r, s))
      .to.be.revertedWithCustomError(wrapped, "ERC2612ExpiredSignature")
      .withArgs(deadline);
  });
});
