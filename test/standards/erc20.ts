import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { type BaseContract, Contract, type ContractRunner, MaxUint256 } from "ethers";

import type { WrappedPoolETH } from "../../typechain-types/index.ts";
import { mined, ZERO_ADDRESS } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import type { TestSuite } from "../helpers/suite.ts";
import { latestTransfers } from "./events.ts";

const ERC20_ABI = [
  "function name() view returns (string)",
  "function symbol() view returns (string)",
  "function decimals() view returns (uint8)",
  "function totalSupply() view returns (uint256)",
  "function balanceOf(address) view returns (uint256)",
  "function transfer(address, uint256) returns (bool)",
  "function transferFrom(address, address, uint256) returns (bool)",
  "function approve(address, uint256) returns (bool)",
  "function allowance(address, address) view returns (uint256)",
  "event Transfer(address indexed from, address indexed to, uint256 value)",
  "event Approval(address indexed owner, address indexed spender, uint256 value)",
];

/** A token by the interface in the standard's text. */
type ERC20 = { connect(runner: ContractRunner): ERC20 } & BaseContract &
  Pick<WrappedPoolETH, "name" | "symbol" | "decimals" | "totalSupply" | "balanceOf" | "allowance"> &
  Pick<WrappedPoolETH, "transfer" | "transferFrom" | "approve">;

/** A token, and accounts to try it with. */
export interface ERC20Case {
  readonly token: string;
  readonly metadata: { readonly name: string; readonly symbol: string; readonly decimals: bigint };
  /** Has `amount` four times at least. */
  readonly holder: HardhatEthersSigner;
  /** The others have nothing. */
  readonly receiver: HardhatEthersSigner;
  readonly spender: HardhatEthersSigner;
  readonly amount: bigint;
  /** By how much a balance may differ from the exact one, where the token documents rounding. */
  readonly tolerance: bigint;
  /** Makes new tokens for the receiver. */
  readonly create: () => Promise<unknown>;
}

/** Every rule of ERC-20 that a token can keep or break, with its optional metadata. */
export function describeERC20<T extends TestSuite>(
  title: string,
  deploy: () => Promise<T>,
  caseOf: (suite: T) => Promise<ERC20Case>,
): void {
  describe(`ERC-20: ${title}`, () => {
    const suite = useSuite(deploy);

    async function setup() {
      const { ethers } = suite().chain;
      const details = await caseOf(suite());
      const token = new Contract(details.token, ERC20_ABI, details.holder) as unknown as ERC20;
      const expectBalance = async (account: HardhatEthersSigner, exact: bigint) => {
        const difference = (await token.balanceOf(account)) - exact;
        expect(difference < 0n ? -difference : difference).to.be.at.most(details.tolerance);
      };
      return { ...details, token, expectBalance, ethers };
    }

    it("has a name, a symbol and decimals", async () => {
      const { token, metadata } = await setup();
      expect(await token.name()).to.equal(metadata.name);
      expect(await token.symbol()).to.equal(metadata.symbol);
      expect(await token.decimals()).to.equal(metadata.decimals);
    });

    it("counts in its supply what it creates, and logs that as a transfer from zero", async () => {
      const { token, receiver, create } = await setup();
      const before = await token.totalSupply();
      await create();
      const created = (await token.totalSupply()) - before;
      const received = (await latestTransfers(token)).filter(([, to]) => to === receiver.address);
      expect(received).to.deep.equal([[ZERO_ADDRESS, receiver.address, created]]);
    });

    describe("transfer", () => {
      it("moves tokens, returns true, and logs the transfer", async () => {
        const { token, holder, receiver, amount, expectBalance } = await setup();
        const [before, supply] = [await token.balanceOf(holder), await token.totalSupply()];
        expect(await token.transfer.staticCall(receiver, amount)).to.equal(true);
        await expect(token.transfer(receiver, amount))
          .to.emit(token, "Transfer")
          .withArgs(holder.address, receiver.address, amount);
        await expectBalance(receiver, amount);
        await expectBalance(holder, before - amount);
        expect(await token.totalSupply()).to.equal(supply);
      });

      it("treats zero as any other amount, and logs it", async () => {
        const { token, holder, receiver } = await setup();
        const before = await token.balanceOf(holder);
        expect(await token.transfer.staticCall(receiver, 0n)).to.equal(true);
        await expect(token.transfer(receiver, 0n))
          .to.emit(token, "Transfer")
          .withArgs(holder.address, receiver.address, 0n);
        expect(await token.balanceOf(holder)).to.equal(before);
      });

      it("changes no balance when the sender is the receiver", async () => {
        const { token, holder, amount } = await setup();
        const before = await token.balanceOf(holder);
        await expect(token.transfer(holder, amount))
          .to.emit(token, "Transfer")
          .withArgs(holder.address, holder.address, amount);
        expect(await token.balanceOf(holder)).to.equal(before);
      });

      it("throws when the sender has less", async () => {
        const { token, receiver, spender, amount, ethers } = await setup();
        await token.transfer(receiver, amount);
        const sender = token.connect(receiver);
        for (const tooMuch of [amount * 2n, MaxUint256])
          await expect(sender.transfer(spender, tooMuch)).to.be.revert(ethers);
        await expect(token.connect(spender).transfer(receiver, amount)).to.be.revert(ethers);
      });
    });

    describe("approve", () => {
      it("sets the allowance, in place of the one before, returns true, and logs it", async () => {
        const { token, holder, spender, amount } = await setup();
        expect(await token.allowance(holder, spender)).to.equal(0n);
        for (const value of [amount, MaxUint256, amount / 2n, 0n]) {
          expect(await token.approve.staticCall(spender, value)).to.equal(true);
          await expect(token.approve(spender, value))
            .to.emit(token, "Approval")
            .withArgs(holder.address, spender.address, value);
          expect(await token.allowance(holder, spender)).to.equal(value);
        }
      });

      it("lets the spender withdraw many times, up to the amount, and nobody else", async () => {
        const { token, holder, receiver, spender, amount, expectBalance, ethers } = await setup();
        await token.approve(spender, amount * 2n);
        await token.connect(spender).transferFrom(holder, receiver, amount);
        expect(await token.allowance(holder, spender)).to.equal(amount);
        await expect(token.connect(receiver).transferFrom(holder, receiver, 1n)).to.be.revert(ethers);
        await token.connect(spender).transferFrom(holder, receiver, amount);
        expect(await token.allowance(holder, spender)).to.equal(0n);
        await expectBalance(receiver, amount * 2n);
        await expect(token.connect(spender).transferFrom(holder, receiver, 1n)).to.be.revert(ethers);
      });
    });

    describe("transferFrom", () => {
      it("moves tokens between others, returns true, and logs the transfer", async () => {
        const { token, holder, receiver, spender, amount, expectBalance } = await setup();
        const before = await token.balanceOf(holder);
        await token.approve(spender, amount);
        const caller = token.connect(spender);
        expect(await caller.transferFrom.staticCall(holder, receiver, amount)).to.equal(true);
        await expect(caller.transferFrom(holder, receiver, amount))
          .to.emit(token, "Transfer")
          .withArgs(holder.address, receiver.address, amount);
        await expectBalance(receiver, amount);
        await expectBalance(holder, before - amount);
      });

      it("treats zero as any other amount, without an allowance, and logs it", async () => {
        const { token, holder, receiver, spender } = await setup();
        const caller = token.connect(spender);
        expect(await caller.transferFrom.staticCall(holder, receiver, 0n)).to.equal(true);
        await expect(caller.transferFrom(holder, receiver, 0n))
          .to.emit(token, "Transfer")
          .withArgs(holder.address, receiver.address, 0n);
      });

      it("throws without an allowance, beyond it, and beyond the balance", async () => {
        const { token, holder, receiver, spender, amount, ethers } = await setup();
        const caller = token.connect(spender);
        await expect(caller.transferFrom(holder, receiver, amount)).to.be.revert(ethers);
        await token.approve(spender, amount - 1n);
        await expect(caller.transferFrom(holder, receiver, amount)).to.be.revert(ethers);
        await token.connect(receiver).approve(spender, MaxUint256);
        await expect(caller.transferFrom(receiver, holder, amount)).to.be.revert(ethers);
      });
    });

    it("logs a transfer with both accounts indexed, and an approval likewise", async () => {
      const { token, holder, receiver, spender, amount } = await setup();
      const address = await token.getAddress();
      for (const sent of [token.transfer(receiver, amount), token.approve(spender, amount)]) {
        const [log] = (await mined(sent)).logs;
        expect(log?.address).to.equal(address);
        expect(log?.topics).to.have.lengthOf(3);
        expect(log?.topics[1]).to.equal(`0x${holder.address.slice(2).toLowerCase().padStart(64, "0")}`);
        expect(log?.data).to.equal(`0x${amount.toString(16).padStart(64, "0")}`);
      }
    });
  });
}
