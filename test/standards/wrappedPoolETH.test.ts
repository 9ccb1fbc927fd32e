import { ETHER, strangers, ZERO_ADDRESS } from "../helpers/accounts.ts";
import {
  deployWrapped,
  deployWrappedAfterGain,
  deployWrappedAfterLoss,
  type WrappedSuite,
} from "../helpers/wrapped.ts";
import { describeERC20 } from "./erc20.ts";
import { describeERC2612 } from "./erc2612.ts";
import { describeERC4626 } from "./erc4626.ts";

const AMOUNT = 5n * ETHER + 1n;
/** Balances of poolETH are rounded down, each of two. */
const ROUNDING = 2n;

/** The first holder has units for four times the amount, and poolETH besides. */
async function withUnits(deploy: () => Promise<WrappedSuite>): Promise<WrappedSuite> {
  const suite = await deploy();
  const [holder] = suite.holders;
  await suite.poolETH.connect(holder).approve(suite.wrapped, 2n ** 256n - 1n);
  await suite.wrapped.connect(holder).mint(AMOUNT * 4n, holder);
  await suite.poolETH.connect(holder).approve(suite.wrapped, 0n);
  return suite;
}

async function caseOf(suite: WrappedSuite) {
  const [receiver, spender] = await strangers(suite);
  return { holder: suite.holders[0], receiver, spender, amount: AMOUNT };
}

describeERC20(
  "wrapped poolETH",
  () => withUnits(deployWrappedAfterGain),
  async (suite) => {
    const { receiver, ...others } = await caseOf(suite);
    const { wrapped, deployer } = suite;
    return {
      token: await wrapped.getAddress(),
      metadata: { name: "Wrapped poolETH", symbol: "wpoolETH", decimals: 18n },
      ...{ ...others, receiver, tolerance: 0n },
      create: () => wrapped.connect(deployer).depositEther(receiver, ZERO_ADDRESS, 0n, { value: ETHER }),
    };
  },
);

describeERC2612("wrapped poolETH", deployWrapped, async (suite) => {
  const [spender, relayer] = await strangers(suite);
  const domain = { name: "Wrapped poolETH", version: "1" };
  return { token: await suite.wrapped.getAddress(), domain, spender, relayer };
});

for (const [title, deploy] of [
  ["wrapped poolETH at a rate of one", deployWrapped],
  ["wrapped poolETH after a gain", deployWrappedAfterGain],
  ["wrapped poolETH after a loss", deployWrappedAfterLoss],
] as const)
  describeERC4626(
    title,
    () => withUnits(deploy),
    async (suite) => ({
      ...(await caseOf(suite)),
      vault: await suite.wrapped.getAddress(),
      asset: await suite.poolETH.getAddress(),
      tolerance: ROUNDING,
    }),
  );
