import type { BaseWallet, TypedDataField } from "ethers";

import type { TestSuite } from "./suite.ts";

/** The message of ERC-2612, without the nonce. */
export interface Permit {
  readonly owner: string;
  readonly spender: string;
  readonly value: bigint;
  readonly deadline: bigint;
}

export const PERMIT_TYPES: Record<string, TypedDataField[]> = {
  Permit: [
    { name: "owner", type: "address" },
    { name: "spender", type: "address" },
    { name: "value", type: "uint256" },
    { name: "nonce", type: "uint256" },
    { name: "deadline", type: "uint256" },
  ],
};

/** The domain of poolETH on the suite's chain. */
export async function permitDomain(suite: TestSuite) {
  const { chainId } = await suite.chain.ethers.provider.getNetwork();
  return { name: "poolETH", version: "1", chainId, verifyingContract: await suite.poolETH.getAddress() };
}

/** Signs a permit for the owner's next nonce; `changes` make it another one. */
export async function signPermit(
  suite: TestSuite,
  signer: Pick<BaseWallet, "signTypedData">,
  permit: Permit,
  changes: Partial<Permit & { nonce: bigint }> = {},
): Promise<string> {
  const nonce = await suite.poolETH.nonces(permit.owner);
  return signer.signTypedData(await permitDomain(suite), PERMIT_TYPES, { ...permit, nonce, ...changes });
}

/** A token with permits that tells its domain, by EIP-5267. */
export interface PermitToken {
  eip712Domain(): Promise<{ name: string; version: string; chainId: bigint; verifyingContract: string }>;
  nonces(owner: string): Promise<bigint>;
}

/** Signs a permit of any token, in the domain that the token tells, for the owner's next nonce or the one of `changes`. */
export async function signPermitOf(
  token: PermitToken,
  signer: Pick<BaseWallet, "signTypedData">,
  permit: Permit,
  changes: Partial<Permit & { nonce: bigint }> = {},
): Promise<string> {
  const [{ name, version, chainId, verifyingContract }, nonce] = await Promise.all([
    token.eip712Domain(),
    token.nonces(permit.owner),
  ]);
  const domain = { name, version, chainId, verifyingContract };
  return signer.signTypedData(domain, PERMIT_TYPES, { ...permit, nonce, ...changes });
}
