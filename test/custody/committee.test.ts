import { expect } from "chai";
import { concat, id, toBeHex, zeroPadValue } from "ethers";

import { committeeDomain } from "../../src/oracle/messages.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";

const addresses = (count: number) =>
  Array.from({ length: count }, (_, i) => `0x${(i + 1).toString(16).padStart(40, "0")}`);

/** Any message: the committee is given its struct hash. */
const TYPES = { Ping: [{ name: "number", type: "uint256" }] };
const STRUCT_HASH = id("placeholder");
const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

async function setup(suite: TestSuite) {
  const { ethers } = suite.chain;
  const pool = await suite.poolETH.getAddress();
  const deploy = (members: string[], quorum: number) => ethers.deployContract("Committee", [pool, members, quorum]);
  const factory = await ethers.getContractFactory("Committee");
  return { ethers, pool, deploy, factory, committee: suite.committee, members: suite.members };
}

describe("Committee", () => {
  const suite = useSuite(deploySuite);

  it("tells its members, quorum, pool and domain", async () => {
    const { committee, members, pool } = await setup(suite());
    expect(await committee.members()).to.deep.equal(members.map(({ address }) => address));
    expect(await committee.QUORUM()).to.equal(3n);
    expect(await committee.POOL_ETH()).to.equal(pool);
    const { name, version, chainId, verifyingContract } = await committee.eip712Domain();
    expect(committeeDomain(chainId, verifyingContract)).to.deep.equal({ name, version, chainId, verifyingContract });
    expect([chainId, verifyingContract]).to.deep.equal([31_337n, await committee.getAddress()]);
  });

  it("has from 3 to 32 members", async () => {
    const { deploy, factory } = await setup(suite());
    for (const count of [0, 2, 33])
      await expect(deploy(addresses(count), count))
        .to.be.revertedWithCustomError(factory, "MemberCountOutOfRange")
        .withArgs(count);
    for (const count of [3, 32]) {
      const committee = await deploy(addresses(count), count);
      expect(await committee.getFunction("members")()).to.have.length(count);
    }
  });

  it("needs more than half of its members, and no more than all", async () => {
    const { deploy, factory } = await setup(suite());
    for (const [count, quorum] of [
      [3, 1],
      [4, 2],
      [5, 2],
      [5, 6],
      [5, 0],
    ] as const)
      await expect(deploy(addresses(count), quorum))
        .to.be.revertedWithCustomError(factory, "QuorumOutOfRange")
        .withArgs(quorum, count);
    for (const [count, quorum] of [
      [3, 2],
      [4, 3],
      [5, 5],
    ] as const)
      expect(await (await deploy(addresses(count), quorum)).getFunction("QUORUM")()).to.equal(quorum);
  });

  it("refuses members who are not ascending, are repeated, or are zero", async () => {
    const { deploy, factory, ethers } = await setup(suite());
    const [a = "", b = "", c = ""] = addresses(3);
    for (const [members, culprit] of [
      [[a, c, b], b],
      [[a, a, b], a],
      [[ethers.ZeroAddress, a, b], ethers.ZeroAddress],
    ] as const)
      await expect(deploy([...members], 2))
        .to.be.revertedWithCustomError(factory, "MembersNotAscending")
        .withArgs(culprit);
  });

  it("counts any quorum of members in order, and tells how many signed", async () => {
    const { committee, members } = await setup(suite());
    const domain = committeeDomain(31_337n, await committee.getAddress());
    const { TypedDataEncoder } = suite().chain.ethers;
    const structHash = TypedDataEncoder.from(TYPES).hash({ number: 7n });
    const signatures = await Promise.all(members.map((member) => member.signTypedData(domain, TYPES, { number: 7n })));
    const chosen = (...positions: number[]) => concat(positions.map((position) => signatures[position] ?? "0x"));

    for (const positions of [
      [0, 1, 2],
      [2, 3, 4],
      [0, 2, 4],
      [0, 1, 2, 3, 4],
    ])
      expect([...(await committee.requireQuorum(structHash, chosen(...positions)))]).to.deep.equal([
        BigInt(positions.length),
        5n,
      ]);

    await expect(committee.requireQuorum(structHash, chosen(4, 3, 2)))
      .to.be.revertedWithCustomError(committee, "SignerNotInOrder")
      .withArgs(members[3]?.address);
    await expect(committee.requireQuorum(STRUCT_HASH, chosen(0, 1, 2))).to.be.revertedWithCustomError(
      committee,
      "SignerNotInOrder",
    );
  });

  it("refuses a foreign signer, even among enough members, and names him", async () => {
    const { committee, members } = await setup(suite());
    const { TypedDataEncoder } = suite().chain.ethers;
    const domain = committeeDomain(31_337n, await committee.getAddress());
    const signers = [...members, suite().admin].sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
    const signatures = await Promise.all(signers.map((signer) => signer.signTypedData(domain, TYPES, { number: 7n })));
    await expect(committee.requireQuorum(TypedDataEncoder.from(TYPES).hash({ number: 7n }), concat(signatures)))
      .to.be.revertedWithCustomError(committee, "SignerNotInOrder")
      .withArgs(suite().admin.address);
  });

  it("refuses the twin of a signature, which has the high s and the other v", async () => {
    const { committee, members, ethers } = await setup(suite());
    const structHash = ethers.TypedDataEncoder.from(TYPES).hash({ number: 7n });
    const domain = committeeDomain(31_337n, await committee.getAddress());
    const signed = await Promise.all(members.map((member) => member.signTypedData(domain, TYPES, { number: 7n })));
    const [first = "", ...others] = signed;
    const { r, s, v } = ethers.Signature.from(first);
    const twin = concat([r, toBeHex(SECP256K1_ORDER - BigInt(s), 32), toBeHex(v === 27 ? 28 : 27)]);
    const digest = ethers.TypedDataEncoder.hash(domain, TYPES, { number: 7n });
    const precompile = zeroPadValue("0x01", 20);
    const data = concat([digest, zeroPadValue(`0x${twin.slice(-2)}`, 32), twin.slice(0, -2)]);
    const recovered = await ethers.provider.call({ to: precompile, data });
    expect(recovered, "it is valid").to.equal(zeroPadValue(members[0]?.address ?? "0x", 32).toLowerCase());

    await committee.requireQuorum(structHash, concat(signed));
    await expect(committee.requireQuorum(structHash, concat([twin, ...others])))
      .to.be.revertedWithCustomError(committee, "SignerNotInOrder")
      .withArgs(ethers.ZeroAddress);
  });

  it("refuses a signer behind the last member", async () => {
    const { committee, members } = await setup(suite());
    const { TypedDataEncoder } = suite().chain.ethers;
    const domain = committeeDomain(31_337n, await committee.getAddress());
    const signed = await Promise.all(members.map((member) => member.signTypedData(domain, TYPES, { number: 7n })));
    const again = signed.at(-1) ?? "0x";
    await expect(committee.requireQuorum(TypedDataEncoder.from(TYPES).hash({ number: 7n }), concat([...signed, again])))
      .to.be.revertedWithCustomError(committee, "SignerNotInOrder")
      .withArgs(members.at(-1)?.address);
  });

  it("refuses no signatures, broken lengths, and 65 signatures of 64 bytes", async () => {
    const { committee, ethers } = await setup(suite());
    await expect(committee.requireQuorum(STRUCT_HASH, "0x"))
      .to.be.revertedWithCustomError(committee, "QuorumNotReached")
      .withArgs(0n, 3n);
    for (const length of [1, 64, 66, 194])
      await expect(committee.requireQuorum(STRUCT_HASH, ethers.hexlify(new Uint8Array(length))))
        .to.be.revertedWithCustomError(committee, "SignaturesLengthInvalid")
        .withArgs(length);
    await expect(committee.requireQuorum(STRUCT_HASH, ethers.hexlify(new Uint8Array(65 * 64))))
      .to.be.revertedWithCustomError(committee, "SignerNotInOrder")
      .withArgs(ethers.ZeroAddress);
  });
});

describe("DataContract", () => {
  const suite = useSuite(deploySuite);

  it("is the data, and stops whoever calls it", async () => {
    const { ethers } = suite().chain;
    const data = concat(addresses(3).map((address) => zeroPadValue(address, 32)));
    const contract = await ethers.deployContract("DataContract", [data]);
    expect(await ethers.provider.getCode(contract)).to.equal(data);
    expect(await ethers.provider.call({ to: contract, data: "0x12345678" })).to.equal("0x");
  });

  it("refuses data that could be run", async () => {
    const { ethers } = suite().chain;
    const factory = await ethers.getContractFactory("DataContract");
    for (const data of ["0x", "0x60", "0x01020304"])
      await expect(factory.deploy(data)).to.be.revertedWithCustomError(factory, "DataMustBeginWithZero").withArgs();
  });
});
