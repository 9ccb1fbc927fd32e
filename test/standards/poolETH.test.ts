import { depositFor, ETHER, strangers } from "../helpers/accounts.ts";
import { FAST_GROWTH, gainTo } from "../helpers/shareRate.ts";
import { deploySuite, type TestSuite } from "../helpers/suite.ts";
import { describeERC20 } from "./erc20.ts";
import { describeERC2612 } from "./erc2612.ts";

/** What the token documents: a transfer moves x wei, or up to two less. */
const ROUNDING = 2n;

async function deployWithHolder(): Promise<TestSuite> {
  const suite = await deploySuite(FAST_GROWTH);
  const [holder] = await strangers(suite);
  await depositFor(suite, holder, 10n * ETHER);
  return suite;
}

async function deployAfterGain(): Promise<TestSuite> {
  const suite = await deployWithHolder();
  await gainTo(suite, 14n * ETHER + 3n);
  return suite;
}

const caseOf = async (suite: TestSuite, tolerance: bigint) => {
  const [holder, receiver, spender] = await strangers(suite);
  return {
    token: await suite.poolETH.getAddress(),
    metadata: { name: "poolETH", symbol: "poolETH", decimals: 18n },
    ...{ holder, receiver, spender, tolerance },
    amount: ETHER + 1n,
    create: () => depositFor(suite, receiver, ETHER),
  };
};

describeERC20("poolETH at a rate of one", deployWithHolder, (suite) => caseOf(suite, 0n));
describeERC20("poolETH after a gain", deployAfterGain, (suite) => caseOf(suite, ROUNDING));

describeERC2612("poolETH", deploySuite, async (suite) => {
  const [spender, relayer] = await strangers(suite);
  const domain = { name: "poolETH", version: "1" };
  return { token: await suite.poolETH.getAddress(), domain, spender, relayer };
});
