import { expect } from "chai";
import { AbiCoder, keccak256, toBeHex } from "ethers";

import { etherOf, ETHER } from "../helpers/accounts.ts";
import { useSuite } from "../helpers/isolation.ts";
import { deployRedeemable, finalizeByReport, type RedeemableSuite } from "../helpers/withdrawals.ts";

const UNIT = 10n ** 9n;
/** Behind what OpenZeppelin's ERC-721 keeps. */
const REQUESTS_SLOT = 6n;
const JSON_URI = "data:application/json;base64,";
const SVG_URI = "data:image/svg+xml;base64,";

interface Metadata {
  readonly name: string;
  readonly description: string;
  readonly image: string;
  readonly attributes: { trait_type: string; display_type?: string; value: string | number }[];
}

async function metadataOf({ queue }: RedeemableSuite, id: bigint): Promise<Metadata> {
  const uri = await queue.tokenURI(id);
  expect(uri.startsWith(JSON_URI)).to.equal(true);
  return JSON.parse(Buffer.from(uri.slice(JSON_URI.length), "base64").toString("utf8")) as Metadata;
}

/** What stands in the image, line by line. */
function linesOf({ image }: Metadata): string[] {
  expect(image.startsWith(SVG_URI)).to.equal(true);
  const svg = Buffer.from(image.slice(SVG_URI.length), "base64").toString("utf8");
  expect(svg).to.match(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 480 360" [^<>]*>.*<\/svg>$/);
  return [...svg.matchAll(/<text [^<>]*>([^<>]*)<\/text>/g)].map(([, line = ""]) => line);
}

const valuesOf = ({ attributes }: Metadata) =>
  Object.fromEntries(attributes.map(({ trait_type, value }) => [trait_type, value]));

function dateOf(seconds: bigint): string {
  const written = new Date(Number(seconds) * 1000).toISOString();
  return `${written.slice(0, 10)} ${written.slice(11, 16)} UTC`;
}

/** Writes the time at which request 1 was made. */
async function setRequestedAt({ chain, queue }: RedeemableSuite, seconds: bigint): Promise<void> {
  const slot = keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "uint256"], [1n, REQUESTS_SLOT]));
  const address = await queue.getAddress();
  const request = BigInt(await chain.ethers.provider.getStorage(address, slot));
  const others = request & ~(0xffff_ffffn << 160n);
  await chain.networkHelpers.setStorageAt(address, slot, toBeHex(others | (seconds << 160n), 32));
}

describe("WithdrawalQueue.tokenURI", () => {
  const suite = useSuite(async () => {
    const deployed = await deployRedeemable();
    const { queue, holders } = deployed;
    await queue
      .connect(holders[0])
      .requestWithdrawals([12n * ETHER + 50n * UNIT, 3n * ETHER, ETHER / 1_000n], holders[0].address);
    return deployed;
  });

  it("shows a request that waits: its number, shares, worth and time, in numbers and in an image", async () => {
    const metadata = await metadataOf(suite(), 1n);
    const { requestedAt } = await suite().queue.requestOf(1n);
    expect(metadata.name).to.equal("poolETH withdrawal request 1");
    expect(metadata.attributes).to.deep.equal([
      { trait_type: "State", value: "Waiting" },
      { trait_type: "Shares", value: "12.00000005" },
      { trait_type: "ETH", value: "12.00000005" },
      { trait_type: "Requested", display_type: "date", value: Number(requestedAt) },
    ]);
    expect(linesOf(metadata)).to.deep.equal([
      "poolETH withdrawal request 1",
      "Waiting",
      "is worth now, ETH",
      "12.00000005",
      "shares",
      "12.00000005",
      dateOf(requestedAt),
    ]);
  });

  it("shows what a finalized request is paid, to the wei", async () => {
    const { queue, rewardsVault, deployer } = suite();
    await deployer.sendTransaction({ to: rewardsVault, value: ETHER / 20n });
    await finalizeByReport(suite(), 2n);
    const { ethAmount } = await queue.requestOf(2n);
    expect(ethAmount > 3n * ETHER && ethAmount % 10n !== 0n).to.equal(true);

    const metadata = await metadataOf(suite(), 2n);
    const written = `3.${(ethAmount - 3n * ETHER).toString().padStart(18, "0")}`;
    expect(valuesOf(metadata)).to.deep.include({ State: "Claimable", Shares: "3", ETH: written });
    expect(linesOf(metadata).slice(0, 6)).to.deep.equal([
      "poolETH withdrawal request 2",
      "Claimable",
      "is paid, ETH",
      written,
      "shares",
      "3",
    ]);
    expect(valuesOf(await metadataOf(suite(), 3n))).to.deep.include({ State: "Waiting", Shares: "0.001" });
  });

  it("writes every date, with leap years and centuries", async () => {
    const times = [
      "1970-01-01T00:00:00Z",
      "1972-02-29T23:59:59Z",
      "1999-12-31T23:59:59Z",
      "2000-02-29T12:34:56Z",
      "2000-03-01T00:00:00Z",
      "2026-09-05T07:08:09Z",
      "2028-12-31T09:00:00Z",
      "2100-02-28T23:59:59Z",
      "2100-03-01T00:00:00Z",
      "2106-02-07T06:28:15Z",
    ].map((time) => BigInt(Date.parse(time)) / 1000n);
    for (let time = 5_000_000n; time < 2n ** 32n; time += 97_654_321n) times.push(time);
    for (const time of times) {
      await setRequestedAt(suite(), time);
      const metadata = await metadataOf(suite(), 1n);
      expect(linesOf(metadata).at(-1), time.toString()).to.equal(dateOf(time));
      expect(valuesOf(metadata)).to.deep.include({ Requested: Number(time) });
    }
  });

  it("is there for requests that somebody owns, and for no others", async () => {
    const { queue, holders } = suite();
    await finalizeByReport(suite(), 1n);
    await queue.connect(holders[0]).claim(1n, 1n, holders[0].address);
    for (const id of [0n, 1n, 4n])
      await expect(queue.tokenURI(id)).to.be.revertedWithCustomError(queue, "ERC721NonexistentToken").withArgs(id);
    expect(await etherOf(suite(), queue)).to.equal(0n);
  });
});
