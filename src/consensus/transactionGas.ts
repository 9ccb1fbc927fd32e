/** Most gas that a transaction may have (EIP-7825), whatever a block has room for. */
export const MAX_TRANSACTION_GAS = 2n ** 24n;
