import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { type BaseContract, Contract, type ContractRunner, Signature, TypedDataEncoder } from "ethers";

import type { WrappedPoolETH } from "../../typechain-types/index.ts";
import { HOUR, now, ZERO_ADDRESS } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { type Permit, PERMIT_TYPES, signPermitOf } from "../helpers/permit.ts";
import type { TestSuite } from "../helpers/suite.ts";

const ERC2612_ABI = [
  "function permit(address, address, uint256, uint256, uint8, bytes32, bytes32)",
  "function nonces(address) view returns (uint256)",
  "function DOMAIN_SEPARATOR() view returns (bytes32)",
  "function allowance(address, address) view returns (uint256)",
  "function eip712Domain() view returns (bytes1 fields, string name, string version, uint256 chainId, address verifyingContract, bytes32 salt, uint256[] extensions)",
  "event Approval(address indexed owner, address indexed spender, uint256 value)",
];
/** Name, version, chain id and verifying contract. */
const FIELDS = "0x0f";
const VALUE = 10n ** 18n;

type ERC2612 = { connect(runner: ContractRunner): ERC2612 } & BaseContract &
  Pick<WrappedPoolETH, "permit" | "nonces" | "DOMAIN_SEPARATOR" | "allowance" | "eip712Domain">;

/** A token with permits, and accounts to try it with. */
export interface ERC2612Case {
  readonly token: string;
  readonly domain: { readonly name: string; readonly version: string };
  readonly spender: HardhatEthersSigner;
  readonly relayer: HardhatEthersSigner;
}

/** Every rule of ERC-2612, and of EIP-5267 about the domain that it signs in. */
export function describeERC2612<T extends TestSuite>(
  title: string,
  deploy: () => Promise<T>,
  caseOf: (suite: T) => Promise<ERC2612Case>,
): void {
  describe(`ERC-2612: ${title}`, () => {
    const suite = useSuite(deploy);

    async function setup() {
      const { ethers } = suite().chain;
      const details = await caseOf(suite());
      const { spender, relayer } = details;
      const token = new Contract(details.token, ERC2612_ABI, relayer) as unknown as ERC2612;
      const owner = ethers.Wallet.createRandom();
      const deadline = (await now(suite())) + HOUR;
      const permit: Permit = { owner: owner.address, spender: spender.address, value: VALUE, deadline };
      const sign = async (changes: Parameters<typeof signPermitOf>[3] = {}, signer = owner) =>
        Signature.from(await signPermitOf(token, signer, permit, changes));
      const submit = ({ v, r, s }: Signature, changes: Partial<Permit> = {}) => {
        const sent = { ...permit, ...changes };
        return token.permit(sent.owner, sent.spender, sent.value, sent.deadline, v, r, s);
      };
      return { ...details, token, ethers, owner, permit, sign, submit };
    }

    it("tells its domain, whose separator is its own", async () => {
      const { token, domain, ethers } = await setup();
      const { chainId } = await ethers.provider.getNetwork();
      const verifyingContract = await token.getAddress();
      const told = await token.eip712Domain();
      expect([told.fields, told.salt, [...told.extensions]]).to.deep.equal([FIELDS, ethers.ZeroHash, []]);
      const { name, version } = told;
      expect({ name, version, chainId: told.chainId, verifyingContract: told.verifyingContract }).to.deep.equal({
        ...domain,
        chainId,
        verifyingContract,
      });
      const separator = TypedDataEncoder.hashDomain({ ...domain, chainId, verifyingContract });
      expect(await token.DOMAIN_SEPARATOR()).to.equal(separator);
    });

    it("sets the allowance, counts the nonce, and logs the approval, whoever sends it", async () => {
      const { token, owner, permit, sign, submit } = await setup();
      expect(await token.nonces(owner)).to.equal(0n);
      for (const [value, nonce] of [
        [VALUE, 1n],
        [0n, 2n],
      ] as const) {
        await expect(submit(await sign({ value }), { value }))
          .to.emit(token, "Approval")
          .withArgs(owner.address, permit.spender, value);
        expect(await token.allowance(owner, permit.spender)).to.equal(value);
        expect(await token.nonces(owner)).to.equal(nonce);
      }
    });

    it("takes a permit in the second of its deadline, and reverts after it", async () => {
      const { token, owner, permit, sign, submit, ethers } = await setup();
      const { time } = suite().chain.networkHelpers;
      const signature = await sign();
      await time.setNextBlockTimestamp(permit.deadline);
      await submit(signature);
      expect(await token.nonces(owner)).to.equal(1n);
      const late = await sign();
      await expect(submit(late)).to.be.revert(ethers);
      expect(await token.nonces(owner)).to.equal(1n);
    });

    it("reverts when the owner is zero, also with a signature that recovers nobody", async () => {
      const { token, permit, sign, ethers } = await setup();
      const { v, r, s } = await sign({ owner: ZERO_ADDRESS });
      for (const recovery of [v, 0])
        await expect(token.permit(ZERO_ADDRESS, permit.spender, VALUE, permit.deadline, recovery, r, s)).to.be.revert(
          ethers,
        );
    });

    it("reverts with a nonce that is used, or not next", async () => {
      const { token, owner, sign, submit, ethers } = await setup();
      const signature = await sign();
      await expect(submit(await sign({ nonce: 1n }))).to.be.revert(ethers);
      await submit(signature);
      await expect(submit(signature)).to.be.revert(ethers);
      expect(await token.nonces(owner)).to.equal(1n);
    });

    it("reverts when anything else was signed, or somebody else signed", async () => {
      const { token, owner, permit, relayer, sign, submit, ethers } = await setup();
      const stranger = ethers.Wallet.createRandom();
      for (const signature of [
        await sign({}, stranger),
        await sign({ owner: stranger.address }),
        await sign({ spender: relayer.address }),
        await sign({ value: VALUE + 1n }),
        await sign({ deadline: permit.deadline + 1n }),
        Signature.from(await signInDomain(token, owner, permit, { version: "2" })),
        Signature.from(await signInDomain(token, owner, permit, { chainId: 1n })),
        Signature.from(await signInDomain(token, owner, permit, { verifyingContract: relayer.address })),
      ])
        await expect(submit(signature)).to.be.revert(ethers);
      expect(await token.allowance(owner, permit.spender)).to.equal(0n);
      expect(await token.nonces(owner)).to.equal(0n);
    });
  });
}

type Domain = { version: string } | { chainId: bigint } | { verifyingContract: string };

/** A permit in a domain that is the token's but for one thing. */
async function signInDomain(
  token: ERC2612,
  signer: Parameters<typeof signPermitOf>[1],
  permit: Permit,
  change: Domain,
): Promise<string> {
  const { name, version, chainId, verifyingContract } = await token.eip712Domain();
  const nonce = await token.nonces(permit.owner);
  return signer.signTypedData({ ...{ name, version, chainId, verifyingContract }, ...change }, PERMIT_TYPES, {
    ...permit,
    nonce,
  });
}
