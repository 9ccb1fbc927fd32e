import { parseEther, ZeroAddress } from "ethers";

import { readPool } from "../poolState.ts";
import { showPool } from "../poolTable.ts";
import type { World } from "../world.ts";

/** The three ways into the pool. */
const WAYS = {
  deposit: "deposit",
  ether: "plain ether",
  manager: "PoolManager.deposit",
} as const;

interface Deposit {
  /** Position among the stakers. */
  readonly staker: number;
  readonly ethAmount: string;
  readonly way: keyof typeof WAYS;
}

/** Enough for seven validators. */
export const FIRST_DEPOSITS: Deposit[] = [
  { staker: 0, ethAmount: "100", way: "deposit" },
  { staker: 1, ethAmount: "64", way: "ether" },
  { staker: 2, ethAmount: "50", way: "manager" },
  { staker: 3, ethAmount: "20.5", way: "deposit" },
];

/** Together with what is left, enough for five more. */
export const LATER_DEPOSITS: Deposit[] = [
  { staker: 4, ethAmount: "120", way: "ether" },
  { staker: 5, ethAmount: "33.333333333333333333", way: "manager" },
];

/** Stakers come in. */
export async function takeDeposits(world: World, deposits: Deposit[], heading: string): Promise<void> {
  const { gas, narrator } = world;
  const before = gas.entries();
  for (const { staker, ethAmount, way } of deposits) await takeDeposit(world, staker, parseEther(ethAmount), way);

  narrator.heading(heading);
  const list = deposits.map(
    ({ staker, ethAmount, way }) => `${nameOf(world, staker)} ${ethAmount} ETH by ${WAYS[way]}`,
  );
  narrator.say(
    `They deposit: ${list.join(", ")}. Each receives shares at the share rate of the moment, rounded down; a balance ` +
      "is what the shares are worth.",
  );
  showPool(narrator, await readPool(world));
  narrator.gas(gas.since(before));
}

async function takeDeposit(world: World, index: number, value: bigint, way: keyof typeof WAYS): Promise<void> {
  const { chain, gas, stakers, suite } = world;
  const staker = stakers[index]?.signer;
  if (staker === undefined) throw new Error(`there is no staker ${index}`);
  await chain.nextSlot();
  switch (way) {
    case "deposit":
      await gas.confirm(WAYS[way], await suite.poolETH.connect(staker).deposit(staker.address, ZeroAddress, { value }));
      break;
    case "manager":
      await gas.confirm(
        WAYS[way],
        await suite.poolManager.connect(staker).deposit(staker.address, ZeroAddress, { value }),
      );
      break;
    case "ether": {
      const transaction = await staker.sendTransaction({ to: suite.poolETH, value });
      const receipt = await transaction.wait();
      if (receipt === null) throw new Error("a deposit was dropped");
      gas.book(WAYS[way], receipt);
    }
  }
  world.depositedWei += value;
}

function nameOf({ stakers }: World, index: number): string {
  return stakers[index]?.name ?? "";
}
