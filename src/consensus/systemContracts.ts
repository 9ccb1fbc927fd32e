/** Where Ethereum keeps its deposit contract, on mainnet, Hoodi and local chains. */
export const DEPOSIT_CONTRACT = "0x00000000219ab540356cBB839Cbe05303d7705Fa";
/** Predeploy that takes withdrawal requests from withdrawal credentials (EIP-7002). */
export const WITHDRAWAL_REQUESTS = "0x00000961Ef480Eb55e80D19ad83579A64c007002";
/** Predeploy that takes consolidation requests (EIP-7251). */
export const CONSOLIDATION_REQUESTS = "0x0000BBdDc7CE488642fb579F8B00f3a590007251";
/** Predeploy that keeps beacon block roots (EIP-4788). */
export const BEACON_ROOTS = "0x000F3df6D732807Ef1319fB7B8bB8522d0Beac02";
/** Predeploy that keeps execution block hashes (EIP-2935). */
export const HISTORY_STORAGE = "0x0000F90827F1C53a10cb7A02335B175320002935";
/** Sender of the calls that end a block. */
export const SYSTEM_ADDRESS = "0xfffffffffffffffffffffffffffffffffffffffe";
