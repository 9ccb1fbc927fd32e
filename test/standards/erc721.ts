import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { type BaseContract, Contract, type ContractRunner, ZeroAddress } from "ethers";

import { TokenReceiver__factory, type WithdrawalQueue } from "../../typechain-types/index.ts";
import { mined } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import type { TestSuite } from "../helpers/suite.ts";
import { latestTransfers } from "./events.ts";

const SAFE = "safeTransferFrom(address,address,uint256)";
const SAFE_WITH_DATA = "safeTransferFrom(address,address,uint256,bytes)";
const ERC721_ABI = [
  "function name() view returns (string)",
  "function symbol() view returns (string)",
  "function tokenURI(uint256) view returns (string)",
  "function balanceOf(address) view returns (uint256)",
  "function ownerOf(uint256) view returns (address)",
  `function ${SAFE_WITH_DATA} payable`,
  `function ${SAFE} payable`,
  "function transferFrom(address, address, uint256) payable",
  "function approve(address, uint256) payable",
  "function setApprovalForAll(address, bool)",
  "function getApproved(uint256) view returns (address)",
  "function isApprovedForAll(address, address) view returns (bool)",
  "function supportsInterface(bytes4) view returns (bool)",
  "event Transfer(address indexed from, address indexed to, uint256 indexed id)",
  "event Approval(address indexed owner, address indexed approved, uint256 indexed id)",
  "event ApprovalForAll(address indexed owner, address indexed operator, bool approved)",
];
const INTERFACES = { erc165: "0x01ffc9a7", erc721: "0x80ac58cd", metadata: "0x5b5e139f" };
/** What a receiver does. */
const MANNER = { accepts: 0n, answersElse: 1n, reverts: 2n };
const DATA = "0x1234";

type ERC721 = { connect(runner: ContractRunner): ERC721 } & BaseContract &
  Pick<WithdrawalQueue, "name" | "symbol" | "tokenURI" | "balanceOf" | "ownerOf" | "transferFrom" | "approve"> &
  Pick<WithdrawalQueue, "setApprovalForAll" | "getApproved" | "isApprovedForAll" | "supportsInterface"> &
  Pick<WithdrawalQueue, typeof SAFE | typeof SAFE_WITH_DATA>;

/** A token, and accounts to try it with. */
export interface ERC721Case {
  readonly token: string;
  readonly metadata: { readonly name: string; readonly symbol: string };
  readonly owner: HardhatEthersSigner;
  /** Both his. */
  readonly ids: readonly [bigint, bigint];
  /** Nobody's. */
  readonly unknownId: bigint;
  /** The others have nothing. */
  readonly receiver: HardhatEthersSigner;
  readonly operator: HardhatEthersSigner;
  readonly stranger: HardhatEthersSigner;
  /** Makes a new token of the owner's. */
  readonly create: () => Promise<bigint>;
  /** Ends the first token. */
  readonly destroy: () => Promise<void>;
}

type Move = (token: ERC721, from: HardhatEthersSigner | string, to: string, id: bigint) => ReturnType<typeof send>;

const send = (token: ERC721, from: HardhatEthersSigner | string, to: string, id: bigint) =>
  token.transferFrom(from, to, id);
/** The three ways to transfer, which keep the same rules. */
const MOVES: [string, Move][] = [
  ["transferFrom", send],
  ["safeTransferFrom", (token, from, to, id) => token[SAFE](from, to, id)],
  ["safeTransferFrom with data", (token, from, to, id) => token[SAFE_WITH_DATA](from, to, id, DATA)],
];

/** Every rule of ERC-721 that a token can keep or break, with its metadata and ERC-165. */
export function describeERC721<T extends TestSuite>(
  title: string,
  deploy: () => Promise<T>,
  caseOf: (suite: T) => Promise<ERC721Case>,
): void {
  describe(`ERC-721: ${title}`, () => {
    const suite = useSuite(deploy);

    async function setup() {
      const { ethers } = suite().chain;
      const details = await caseOf(suite());
      const token = new Contract(details.token, ERC721_ABI, details.owner) as unknown as ERC721;
      const [id, otherId] = details.ids;
      return { ...details, token, id, otherId, ethers };
    }

    it("answers for its interfaces, and for no others, with less than 30,000 gas", async () => {
      const { token } = await setup();
      for (const [name, interfaceId] of Object.entries(INTERFACES)) {
        expect(await token.supportsInterface(interfaceId, { gasLimit: 51_000n }), name).to.equal(true);
        expect(await token.supportsInterface.estimateGas(interfaceId)).to.be.below(51_000n);
      }
      expect(await token.supportsInterface("0xffffffff")).to.equal(false);
      expect(await token.supportsInterface("0x12345678")).to.equal(false);
    });

    it("has a name and a symbol, a URI for each token, and none for others", async () => {
      const { token, metadata, id, unknownId, ethers } = await setup();
      expect([await token.name(), await token.symbol()]).to.deep.equal([metadata.name, metadata.symbol]);
      const uri = await token.tokenURI(id);
      // Empty where there is no metadata, or an absolute URI.
      expect(uri).to.match(/^$|^[a-z][a-z0-9+.-]*:[\w.~:/?#[\]@!$&'()*+,;=%-]+$/i);
      await expect(token.tokenURI(unknownId)).to.be.revert(ethers);
    });

    it("counts the tokens of an owner, and names the owner of a token; both throw for nobody", async () => {
      const { token, owner, receiver, id, unknownId, ethers } = await setup();
      expect(await token.balanceOf(owner)).to.equal(2n);
      expect(await token.balanceOf(receiver)).to.equal(0n);
      expect(await token.ownerOf(id)).to.equal(owner.address);
      await expect(token.balanceOf(ZeroAddress)).to.be.revert(ethers);
      await expect(token.ownerOf(unknownId)).to.be.revert(ethers);
    });

    it("logs tokens that come to be as transfers from zero, and those that end as transfers to it", async () => {
      const { token, owner, id, create, destroy, ethers } = await setup();
      const created = await create();
      expect(await latestTransfers(token)).to.deep.include([ZeroAddress, owner.address, created]);
      expect(await token.ownerOf(created)).to.equal(owner.address);
      const before = await token.balanceOf(owner);
      await destroy();
      expect(await latestTransfers(token)).to.deep.include([owner.address, ZeroAddress, id]);
      expect(await token.balanceOf(owner)).to.equal(before - 1n);
      await expect(token.ownerOf(id)).to.be.revert(ethers);
      await expect(token.getApproved(id)).to.be.revert(ethers);
    });

    for (const [name, move] of MOVES)
      describe(name, () => {
        it("moves a token of the owner, logs it, and ends its approval", async () => {
          const { token, owner, receiver, stranger, id, otherId } = await setup();
          await token.approve(stranger, id);
          await token.approve(stranger, otherId);
          const receipt = await mined(move(token, owner, receiver.address, id));
          const logged = receipt.logs.map((log) => token.interface.parseLog(log)?.args.toArray());
          expect(logged).to.deep.include([owner.address, receiver.address, id]);
          expect(await token.ownerOf(id)).to.equal(receiver.address);
          expect([await token.balanceOf(owner), await token.balanceOf(receiver)]).to.deep.equal([1n, 1n]);
          expect(await token.getApproved(id)).to.equal(ZeroAddress);
          expect(await token.getApproved(otherId)).to.equal(stranger.address);
        });

        it("is for an approved account, and for operators of the owner", async () => {
          const { token, owner, receiver, operator, stranger, id, otherId } = await setup();
          await token.approve(stranger, id);
          await move(token.connect(stranger), owner, receiver.address, id);
          await token.setApprovalForAll(operator, true);
          await move(token.connect(operator), owner, receiver.address, otherId);
          expect(await token.balanceOf(receiver)).to.equal(2n);
        });

        it("throws for everybody else, also for those who were approved before", async () => {
          const { token, owner, receiver, operator, stranger, id, otherId, ethers } = await setup();
          await expect(move(token.connect(stranger), owner, receiver.address, id)).to.be.revert(ethers);
          await token.approve(stranger, otherId);
          await expect(move(token.connect(stranger), owner, receiver.address, id)).to.be.revert(ethers);
          await token.setApprovalForAll(operator, true);
          await token.setApprovalForAll(operator, false);
          await expect(move(token.connect(operator), owner, receiver.address, id)).to.be.revert(ethers);
          await token.approve(stranger, id);
          await move(token, owner, receiver.address, id);
          await expect(move(token.connect(stranger), receiver, stranger.address, id)).to.be.revert(ethers);
          await expect(move(token, owner, owner.address, id)).to.be.revert(ethers);
        });

        it("throws when `from` is not the owner, when `to` is zero, and for no token", async () => {
          const { token, owner, receiver, id, unknownId, ethers } = await setup();
          await expect(move(token, receiver, owner.address, id)).to.be.revert(ethers);
          await expect(move(token, ZeroAddress, receiver.address, id)).to.be.revert(ethers);
          await expect(move(token, owner, ZeroAddress, id)).to.be.revert(ethers);
          await expect(move(token, owner, receiver.address, unknownId)).to.be.revert(ethers);
          expect(await token.ownerOf(id)).to.equal(owner.address);
        });
      });

    describe("a contract as receiver", () => {
      async function withReceiver() {
        const case_ = await setup();
        const contract = await new TokenReceiver__factory(case_.owner).deploy();
        return { ...case_, contract, address: await contract.getAddress() };
      }

      it("is told of a token that it was sent safely, once it owns it", async () => {
        const { token, owner, operator, id, otherId, contract, address } = await withReceiver();
        const tokenAddress = await token.getAddress();
        await token[SAFE](owner, address, id);
        const told = await contract.receipt();
        expect([...told]).to.deep.equal([tokenAddress, owner.address, owner.address, id, "0x", address]);

        await token.setApprovalForAll(operator, true);
        await token.connect(operator)[SAFE_WITH_DATA](owner, address, otherId, DATA);
        const again = await contract.receipt();
        expect([...again]).to.deep.equal([tokenAddress, operator.address, owner.address, otherId, DATA, address]);
        expect(await token.balanceOf(address)).to.equal(2n);
      });

      it("is not sent one safely when it refuses, answers something else, or does not know of tokens", async () => {
        const { token, owner, id, contract, address, ethers } = await withReceiver();
        for (const manner of [MANNER.answersElse, MANNER.reverts]) {
          await contract.behave(manner);
          await expect(token[SAFE](owner, address, id)).to.be.revert(ethers);
          await expect(token[SAFE_WITH_DATA](owner, address, id, DATA)).to.be.revert(ethers);
        }
        const unaware = await token.getAddress();
        await expect(token[SAFE](owner, unaware, id)).to.be.revert(ethers);
        expect(await token.ownerOf(id)).to.equal(owner.address);
      });

      it("is not asked when it is sent one without the check", async () => {
        const { token, owner, id, contract, address } = await withReceiver();
        await contract.behave(MANNER.reverts);
        await token.transferFrom(owner, address, id);
        expect(await token.ownerOf(id)).to.equal(address);
      });
    });

    describe("approve", () => {
      it("names one account for one token, in place of the one before, or nobody, and logs it", async () => {
        const { token, owner, receiver, stranger, id, otherId } = await setup();
        expect(await token.getApproved(id)).to.equal(ZeroAddress);
        for (const approved of [receiver.address, stranger.address, ZeroAddress]) {
          await expect(token.approve(approved, id)).to.emit(token, "Approval").withArgs(owner.address, approved, id);
          expect(await token.getApproved(id)).to.equal(approved);
          expect(await token.getApproved(otherId)).to.equal(ZeroAddress);
        }
      });

      it("is for the owner and his operators, and throws for others and for no token", async () => {
        const { token, owner, receiver, operator, stranger, id, unknownId, ethers } = await setup();
        await token.setApprovalForAll(operator, true);
        await expect(token.connect(operator).approve(receiver, id))
          .to.emit(token, "Approval")
          .withArgs(owner.address, receiver.address, id);
        for (const caller of [stranger, receiver])
          await expect(token.connect(caller).approve(stranger, id)).to.be.revert(ethers);
        await expect(token.approve(stranger, unknownId)).to.be.revert(ethers);
        await expect(token.getApproved(unknownId)).to.be.revert(ethers);
      });
    });

    describe("setApprovalForAll", () => {
      it("allows several operators, ends each alone, and logs it", async () => {
        const { token, owner, operator, stranger } = await setup();
        for (const [account, approved] of [
          [operator, true],
          [stranger, true],
          [operator, false],
        ] as const)
          await expect(token.setApprovalForAll(account, approved))
            .to.emit(token, "ApprovalForAll")
            .withArgs(owner.address, account.address, approved);
        expect(await token.isApprovedForAll(owner, operator)).to.equal(false);
        expect(await token.isApprovedForAll(owner, stranger)).to.equal(true);
        expect(await token.isApprovedForAll(stranger, owner)).to.equal(false);
      });

      it("is for tokens that the owner gets later, too, and for those of no other", async () => {
        const { token, owner, operator, receiver, id, create, ethers } = await setup();
        await token.setApprovalForAll(operator, true);
        const later = await create();
        await token.connect(operator).transferFrom(owner, receiver, later);
        expect(await token.ownerOf(later)).to.equal(receiver.address);
        await token.transferFrom(owner, receiver, id);
        await expect(token.connect(operator).transferFrom(receiver, owner, id)).to.be.revert(ethers);
      });
    });
  });
}
