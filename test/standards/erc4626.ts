import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { type BaseContract, Contract, type ContractRunner, MaxUint256, ZeroAddress } from "ethers";

import type { WrappedPoolETH } from "../../typechain-types/index.ts";
import { useSuite } from "../helpers/isolation.ts";
import type { TestSuite } from "../helpers/suite.ts";

const ERC4626_ABI = [
  "function asset() view returns (address)",
  "function totalAssets() view returns (uint256)",
  "function convertToShares(uint256) view returns (uint256)",
  "function convertToAssets(uint256) view returns (uint256)",
  "function maxDeposit(address) view returns (uint256)",
  "function maxMint(address) view returns (uint256)",
  "function maxWithdraw(address) view returns (uint256)",
  "function maxRedeem(address) view returns (uint256)",
  "function previewDeposit(uint256) view returns (uint256)",
  "function previewMint(uint256) view returns (uint256)",
  "function previewWithdraw(uint256) view returns (uint256)",
  "function previewRedeem(uint256) view returns (uint256)",
  "function deposit(uint256, address) returns (uint256)",
  "function mint(uint256, address) returns (uint256)",
  "function withdraw(uint256, address, address) returns (uint256)",
  "function redeem(uint256, address, address) returns (uint256)",
  "event Deposit(address indexed sender, address indexed owner, uint256 assets, uint256 shares)",
  "event Withdraw(address indexed sender, address indexed receiver, address indexed owner, uint256 assets, uint256 shares)",
];
const ERC20_ABI = [
  "function name() view returns (string)",
  "function symbol() view returns (string)",
  "function decimals() view returns (uint8)",
  "function totalSupply() view returns (uint256)",
  "function balanceOf(address) view returns (uint256)",
  "function allowance(address, address) view returns (uint256)",
  "function transfer(address, uint256) returns (bool)",
  "function approve(address, uint256) returns (bool)",
];

type Token = Pick<
  WrappedPoolETH,
  "name" | "symbol" | "decimals" | "totalSupply" | "balanceOf" | "allowance" | "transfer" | "approve"
>;
type ERC20 = { connect(runner: ContractRunner): ERC20 } & BaseContract & Token;
type ERC4626 = { connect(runner: ContractRunner): ERC4626 } & BaseContract &
  Token &
  Pick<WrappedPoolETH, "asset" | "totalAssets" | "convertToShares" | "convertToAssets"> &
  Pick<WrappedPoolETH, "maxDeposit" | "maxMint" | "maxWithdraw" | "maxRedeem"> &
  Pick<WrappedPoolETH, "previewDeposit" | "previewMint" | "previewWithdraw" | "previewRedeem"> &
  Pick<WrappedPoolETH, "deposit" | "mint" | "withdraw" | "redeem">;

/** A vault, and accounts to try it with. */
export interface ERC4626Case {
  readonly vault: string;
  readonly asset: string;
  /** Has `amount` of the asset, and as many shares. */
  readonly holder: HardhatEthersSigner;
  /** The others have nothing. */
  readonly receiver: HardhatEthersSigner;
  readonly spender: HardhatEthersSigner;
  readonly amount: bigint;
  /** By how much balances of the asset may differ from exact ones, where it documents rounding. */
  readonly tolerance: bigint;
}

/** Every rule of ERC-4626 that a vault can keep or break, besides those of ERC-20. */
export function describeERC4626<T extends TestSuite>(
  title: string,
  deploy: () => Promise<T>,
  caseOf: (suite: T) => Promise<ERC4626Case>,
): void {
  describe(`ERC-4626: ${title}`, () => {
    const suite = useSuite(deploy);

    async function setup() {
      const { ethers } = suite().chain;
      const details = await caseOf(suite());
      const { holder, amount, tolerance } = details;
      const vault = new Contract(details.vault, [...ERC20_ABI, ...ERC4626_ABI], holder) as unknown as ERC4626;
      const asset = new Contract(details.asset, ERC20_ABI, holder) as unknown as ERC20;
      const near = (actual: bigint, exact: bigint) => {
        expect(actual < exact ? exact - actual : actual - exact).to.be.at.most(tolerance);
      };
      // Odd amounts, of which the last one is the largest.
      const amounts = [1_009n, amount / 3n, amount - 1n];
      return { ...details, vault, asset, near, amounts, ethers };
    }

    it("is an ERC-20 with metadata, over an asset that is one, too", async () => {
      const { vault, asset } = await setup();
      expect(await vault.asset()).to.equal(await asset.getAddress());
      expect((await vault.name()).length).to.be.greaterThan(0);
      expect((await vault.symbol()).length).to.be.greaterThan(0);
      expect(await vault.decimals()).to.be.at.least(await asset.decimals());
      expect(await asset.totalSupply()).to.be.at.least(await vault.totalAssets());
    });

    it("converts rounding down, alike for all callers, and without failing for any amount that there may be", async () => {
      const { vault, receiver, amounts } = await setup();
      const [assets, shares] = [await vault.totalAssets(), await vault.totalSupply()];
      for (const amount of [0n, 1n, ...amounts, 2n ** 128n]) {
        const [toShares, toAssets] = [await vault.convertToShares(amount), await vault.convertToAssets(amount)];
        expect(await vault.convertToAssets(toShares)).to.be.at.most(amount);
        expect(await vault.convertToShares(toAssets)).to.be.at.most(amount);
        expect(await vault.connect(receiver).convertToShares(amount)).to.equal(toShares);
        expect(await vault.connect(receiver).convertToAssets(amount)).to.equal(toAssets);
      }
      expect(await vault.convertToAssets(shares)).to.equal(assets);
    });

    it("limits deposits by nothing that their receiver or his assets do", async () => {
      const { vault, holder, receiver, asset, amount } = await setup();
      expect(await vault.maxDeposit(receiver)).to.equal(await vault.maxDeposit(holder));
      expect(await vault.maxMint(receiver)).to.equal(await vault.maxMint(holder));
      expect(await vault.maxDeposit(receiver)).to.be.at.least(amount);
      expect(await vault.maxMint(receiver)).to.be.at.least(await vault.convertToShares(amount));
      const before = [await vault.maxDeposit(holder), await vault.maxMint(holder)];
      await asset.transfer(receiver, amount / 2n);
      expect([await vault.maxDeposit(holder), await vault.maxMint(holder)]).to.deep.equal(before);
    });

    it("tells for every account, also for nobody, the most that can be put in and taken out", async () => {
      const { vault, receiver, ethers } = await setup();
      for (const most of ["maxDeposit", "maxMint", "maxWithdraw", "maxRedeem"] as const)
        for (const account of [ZeroAddress, await vault.getAddress(), await receiver.getAddress()])
          expect(await vault[most](account), `${most} of ${account}`).to.be.at.least(0n);
      expect([await vault.maxWithdraw(receiver), await vault.maxRedeem(receiver)]).to.deep.equal([0n, 0n]);
      const nothing = [await vault.maxDeposit(ZeroAddress), await vault.maxMint(ZeroAddress)];
      if (nothing.every((most) => most === 0n)) await expect(vault.deposit(1n, ZeroAddress)).to.be.revert(ethers);
      else expect(nothing).to.include(MaxUint256);
    });

    it("previews without heed to limits or balances", async () => {
      const { vault } = await setup();
      const tooMuch = (await vault.totalAssets()) * 1_000n;
      for (const preview of ["previewDeposit", "previewMint", "previewWithdraw", "previewRedeem"] as const)
        expect(await vault[preview](tooMuch)).to.be.greaterThan(0n);
    });

    it("mints at least as many shares for a deposit as it previewed, and takes all assets", async () => {
      const { vault, asset, holder, receiver, amounts, near } = await setup();
      for (const assets of amounts) {
        const expected = await vault.previewDeposit(assets);
        await asset.approve(vault, assets);
        const [held, had] = [await asset.balanceOf(holder), await vault.balanceOf(receiver)];
        if (assets > held) continue;
        const shares = await vault.deposit.staticCall(assets, receiver);
        expect(shares).to.be.at.least(expected);
        await expect(vault.deposit(assets, receiver))
          .to.emit(vault, "Deposit")
          .withArgs(holder.address, receiver.address, assets, shares);
        expect((await vault.balanceOf(receiver)) - had).to.equal(shares);
        near(held - (await asset.balanceOf(holder)), assets);
        expect(await asset.allowance(holder, vault)).to.equal(0n);
      }
    });

    it("takes at most as many assets for minting as it previewed, and mints exactly", async () => {
      const { vault, asset, holder, receiver, amount, near } = await setup();
      for (const shares of [1_009n, amount / 3n]) {
        const expected = await vault.previewMint(shares);
        await asset.approve(vault, expected);
        const [held, had] = [await asset.balanceOf(holder), await vault.balanceOf(receiver)];
        const assets = await vault.mint.staticCall(shares, receiver);
        expect(assets).to.be.at.most(expected);
        await expect(vault.mint(shares, receiver))
          .to.emit(vault, "Deposit")
          .withArgs(holder.address, receiver.address, assets, shares);
        expect((await vault.balanceOf(receiver)) - had).to.equal(shares);
        near(held - (await asset.balanceOf(holder)), assets);
      }
    });

    it("burns at most as many shares for a withdrawal as it previewed, and gives all assets", async () => {
      const { vault, asset, holder, receiver, amount, near } = await setup();
      for (const assets of [1_009n, amount / 3n]) {
        const expected = await vault.previewWithdraw(assets);
        const [held, had] = [await vault.balanceOf(holder), await asset.balanceOf(receiver)];
        const shares = await vault.withdraw.staticCall(assets, receiver, holder);
        expect(shares).to.be.at.most(expected);
        await expect(vault.withdraw(assets, receiver, holder))
          .to.emit(vault, "Withdraw")
          .withArgs(holder.address, receiver.address, holder.address, assets, shares);
        expect(held - (await vault.balanceOf(holder))).to.equal(shares);
        near((await asset.balanceOf(receiver)) - had, assets);
      }
    });

    it("gives at least as many assets for shares as it previewed, and burns exactly", async () => {
      const { vault, asset, holder, receiver, amounts, near } = await setup();
      for (const shares of amounts) {
        const expected = await vault.previewRedeem(shares);
        const [held, had] = [await vault.balanceOf(holder), await asset.balanceOf(receiver)];
        if (shares > held) continue;
        const assets = await vault.redeem.staticCall(shares, receiver, holder);
        expect(assets).to.be.at.least(expected);
        await expect(vault.redeem(shares, receiver, holder))
          .to.emit(vault, "Withdraw")
          .withArgs(holder.address, receiver.address, holder.address, assets, shares);
        expect(held - (await vault.balanceOf(holder))).to.equal(shares);
        near((await asset.balanceOf(receiver)) - had, assets);
      }
    });

    it("takes shares of others for those only whom they approved, and spends the approval", async () => {
      const { vault, holder, spender, amount, ethers } = await setup();
      const caller = vault.connect(spender);
      const assets = amount / 4n;
      const shares = await vault.previewWithdraw(assets);
      await expect(caller.withdraw(assets, spender, holder)).to.be.revert(ethers);
      await expect(caller.redeem(shares, spender, holder)).to.be.revert(ethers);
      await vault.approve(spender, shares * 2n);
      await expect(caller.withdraw(assets, spender, holder))
        .to.emit(vault, "Withdraw")
        .withArgs(spender.address, spender.address, holder.address, assets, shares);
      expect(await vault.allowance(holder, spender)).to.equal(shares);
      await caller.redeem(shares, spender, holder);
      expect(await vault.allowance(holder, spender)).to.equal(0n);
      await expect(caller.redeem(1n, spender, holder)).to.be.revert(ethers);
    });

    it("reverts when not all can be put in: without allowance, or beyond what there is", async () => {
      const { vault, asset, holder, receiver, amount, ethers } = await setup();
      const shares = await vault.previewDeposit(amount / 2n);
      await asset.approve(vault, amount / 2n - 2n);
      await expect(vault.deposit(amount / 2n, receiver)).to.be.revert(ethers);
      await expect(vault.mint(shares, receiver)).to.be.revert(ethers);
      await asset.approve(vault, MaxUint256);
      const [most, mostShares] = [await vault.maxDeposit(holder), await vault.maxMint(holder)];
      if (most < MaxUint256) await expect(vault.deposit(most + 1n, holder)).to.be.revert(ethers);
      if (mostShares < MaxUint256) await expect(vault.mint(mostShares + 1n, holder)).to.be.revert(ethers);
    });

    it("lets an owner take out the most that it tells, and reverts beyond it", async () => {
      const { vault, holder, receiver, ethers } = await setup();
      const [most, mostShares] = [await vault.maxWithdraw(holder), await vault.maxRedeem(holder)];
      await expect(vault.withdraw(most + 1n, holder, holder)).to.be.revert(ethers);
      await expect(vault.redeem(mostShares + 1n, holder, holder)).to.be.revert(ethers);
      expect(await vault.withdraw.staticCall(most, receiver, holder)).to.be.at.most(mostShares);
      await vault.redeem(mostShares, receiver, holder);
      expect([await vault.maxWithdraw(holder), await vault.maxRedeem(holder)]).to.deep.equal([0n, 0n]);
    });

    it("rounds against whoever acts", async () => {
      const { vault, amounts } = await setup();
      for (const amount of [1n, 2n, ...amounts]) {
        expect(await vault.previewDeposit(amount)).to.be.at.most(await vault.previewWithdraw(amount));
        expect(await vault.previewRedeem(amount)).to.be.at.most(await vault.previewMint(amount));
        expect(await vault.previewRedeem(await vault.previewDeposit(amount))).to.be.at.most(amount);
        expect(await vault.previewDeposit(await vault.previewRedeem(amount))).to.be.at.most(amount);
      }
    });
  });
}
