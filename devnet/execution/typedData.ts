import { TypedDataEncoder, type BaseWallet } from "ethers";
import { z } from "zod";

import { RPC_CODES, RpcError } from "./jsonRpc.ts";

const TypedData = z.object({
  types: z.record(z.string(), z.array(z.object({ name: z.string(), type: z.string() }))),
  primaryType: z.string(),
  domain: z.record(z.string(), z.unknown()),
  message: z.record(z.string(), z.unknown()),
});

/**
 * Signs typed data (EIP-712), given as an object or as JSON.
 * @throws {RpcError} If it does not fit its types.
 */
export async function signTypedData(account: BaseWallet, data: unknown): Promise<string> {
  try {
    const given: unknown = typeof data === "string" ? JSON.parse(data) : data;
    const { types, primaryType, domain, message } = TypedData.parse(given);
    const own = Object.fromEntries(Object.entries(types).filter(([name]) => name !== "EIP712Domain"));
    const primary = TypedDataEncoder.getPrimaryType(own);
    if (primary !== primaryType) throw new Error(`the types describe ${primary}, not ${primaryType}`);
    return await account.signTypedData(domain, own, message);
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new RpcError(RPC_CODES.invalidParams, `the typed data cannot be signed: ${problem}`);
  }
}
