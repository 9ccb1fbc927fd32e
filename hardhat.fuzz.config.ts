import config from "./hardhat.config.ts";

/** Long runs of the fuzz and invariant tests, for the night. */
export default {
  ...config,
  test: {
    ...config.test,
    solidity: {
      ...config.test?.solidity,
      fuzz: { runs: 10_000 },
      invariant: { runs: 256, depth: 256, failOnRevert: true },
    },
  },
};
