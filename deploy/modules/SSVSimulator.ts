import { buildModule } from "@nomicfoundation/hardhat-ignition/modules";

const MODULES = [
  "SSVOperatorsModule",
  "SSVWhitelistModule",
  "SSVValidatorsModule",
  "SSVClustersModule",
  "SSVDAOModule",
  "SSVViewsModule",
];

/** Accounts that report effective balances to the network. */
const BALANCE_ORACLES = [15, 16, 17, 18];

/** A simulated ssv.network for local chains, owned by account 0. */
export default buildModule("SSVSimulator", (m) => {
  const owner = m.getAccount(0);
  const router = m.contract("SSVNetworkRouter");
  const modules = MODULES.map((name) => m.contract(name));
  const network = m.contract("SSVNetworkSimulator", [
    router,
    modules,
    {
      liquidationThresholdPeriod: m.getParameter("liquidationThresholdPeriod"),
      minimumLiquidationCollateral: m.getParameter("minimumLiquidationCollateral"),
      validatorsPerOperatorLimit: m.getParameter("validatorsPerOperatorLimit"),
      declareOperatorFeePeriod: m.getParameter("declareOperatorFeePeriod"),
      executeOperatorFeePeriod: m.getParameter("executeOperatorFeePeriod"),
      operatorFeeIncreaseLimit: m.getParameter("operatorFeeIncreaseLimit"),
      networkFee: m.getParameter("networkFee"),
      maximumOperatorFee: m.getParameter("maximumOperatorFee"),
      minimumOperatorEthFee: m.getParameter("minimumOperatorEthFee"),
    },
    owner,
    BALANCE_ORACLES.map((index) => m.getAccount(index)),
  ]);
  return { network };
});
