import type { electra } from "@lodestar/types";

import { fromHex, toHex, type Hex } from "../../src/units/hex.ts";

type Payload = electra.ExecutionPayload;
type Withdrawals = Payload["withdrawals"];

/** A withdrawal as the Engine API writes it. */
interface WithdrawalJson {
  readonly index: Hex;
  readonly validatorIndex: Hex;
  readonly address: Hex;
  readonly amount: Hex;
}

/** An execution payload as the Engine API writes it: `ExecutionPayloadV3`. */
export interface PayloadJson {
  readonly parentHash: Hex;
  readonly feeRecipient: Hex;
  readonly stateRoot: Hex;
  readonly receiptsRoot: Hex;
  readonly logsBloom: Hex;
  readonly prevRandao: Hex;
  readonly blockNumber: Hex;
  readonly gasLimit: Hex;
  readonly gasUsed: Hex;
  readonly timestamp: Hex;
  readonly extraData: Hex;
  readonly baseFeePerGas: Hex;
  readonly blockHash: Hex;
  readonly transactions: readonly Hex[];
  readonly withdrawals: readonly WithdrawalJson[];
  readonly blobGasUsed: Hex;
  readonly excessBlobGas: Hex;
}

/** Reads a payload. */
export function payloadFromJson(json: PayloadJson): Payload {
  return {
    parentHash: bytes(json, "parentHash"),
    feeRecipient: bytes(json, "feeRecipient"),
    stateRoot: bytes(json, "stateRoot"),
    receiptsRoot: bytes(json, "receiptsRoot"),
    logsBloom: bytes(json, "logsBloom"),
    prevRandao: bytes(json, "prevRandao"),
    blockNumber: Number(json.blockNumber),
    gasLimit: Number(json.gasLimit),
    gasUsed: Number(json.gasUsed),
    timestamp: Number(json.timestamp),
    extraData: bytes(json, "extraData"),
    baseFeePerGas: BigInt(json.baseFeePerGas),
    blockHash: bytes(json, "blockHash"),
    transactions: json.transactions.map((transaction) => fromHex(transaction, "transaction")),
    withdrawals: json.withdrawals.map((each) => ({
      index: Number(each.index),
      validatorIndex: Number(each.validatorIndex),
      address: fromHex(each.address, "address", 20),
      amount: BigInt(each.amount),
    })),
    blobGasUsed: BigInt(json.blobGasUsed),
    excessBlobGas: BigInt(json.excessBlobGas),
  };
}

/** Writes a payload. */
export function payloadToJson(payload: Payload): PayloadJson {
  return {
    parentHash: toHex(payload.parentHash),
    feeRecipient: toHex(payload.feeRecipient),
    stateRoot: toHex(payload.stateRoot),
    receiptsRoot: toHex(payload.receiptsRoot),
    logsBloom: toHex(payload.logsBloom),
    prevRandao: toHex(payload.prevRandao),
    blockNumber: quantity(payload.blockNumber),
    gasLimit: quantity(payload.gasLimit),
    gasUsed: quantity(payload.gasUsed),
    timestamp: quantity(payload.timestamp),
    extraData: toHex(payload.extraData),
    baseFeePerGas: quantity(payload.baseFeePerGas),
    blockHash: toHex(payload.blockHash),
    transactions: payload.transactions.map(toHex),
    withdrawals: withdrawalsToJson(payload.withdrawals),
    blobGasUsed: quantity(payload.blobGasUsed),
    excessBlobGas: quantity(payload.excessBlobGas),
  };
}

/** Writes the withdrawals of a payload: `WithdrawalV1`. */
export function withdrawalsToJson(withdrawals: Withdrawals): WithdrawalJson[] {
  return withdrawals.map(({ index, validatorIndex, address, amount }) => ({
    index: quantity(index),
    validatorIndex: quantity(validatorIndex),
    address: toHex(address),
    amount: quantity(amount),
  }));
}

function bytes(json: PayloadJson, field: Exclude<keyof PayloadJson, "transactions" | "withdrawals">): Uint8Array {
  return fromHex(json[field], field);
}

function quantity(value: number | bigint): Hex {
  return `0x${value.toString(16)}`;
}
