import { ssz, type deneb } from "@lodestar/types";

import { fromHex, type Hex } from "../../src/units/hex.ts";
import type { EngineApi } from "./engineApi.ts";

/** Header of the execution chain's first block, as a beacon state keeps it. */
export async function payloadHeader(engine: EngineApi): Promise<deneb.ExecutionPayloadHeader> {
  const block = await engine.call<Record<string, Hex>>("eth_getBlockByNumber", ["0x0", false]);
  const bytes = (name: string) => fromHex(block[name] ?? "", name);
  return {
    parentHash: bytes("parentHash"),
    feeRecipient: bytes("miner"),
    stateRoot: bytes("stateRoot"),
    receiptsRoot: bytes("receiptsRoot"),
    logsBloom: bytes("logsBloom"),
    prevRandao: bytes("mixHash"),
    blockNumber: 0,
    gasLimit: Number(block.gasLimit),
    gasUsed: 0,
    timestamp: Number(block.timestamp),
    extraData: bytes("extraData"),
    baseFeePerGas: BigInt(block.baseFeePerGas ?? 0),
    blockHash: bytes("hash"),
    transactionsRoot: ssz.bellatrix.Transactions.hashTreeRoot([]),
    withdrawalsRoot: ssz.capella.Withdrawals.hashTreeRoot([]),
    blobGasUsed: 0n,
    excessBlobGas: 0n,
  };
}
