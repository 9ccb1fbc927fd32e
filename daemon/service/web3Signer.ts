import {
  AbstractSigner,
  getAddress,
  hexlify,
  isHexString,
  resolveAddress,
  resolveProperties,
  toQuantity,
  toUtf8Bytes,
  Transaction,
  TypedDataEncoder,
  verifyMessage,
  verifyTypedData,
  type Provider,
  type TransactionLike,
  type TransactionRequest,
  type TypedDataDomain,
  type TypedDataField,
} from "ethers";

import { askEndpoint, NoAnswer } from "../../clients/rpcEndpoint.ts";
import { SignerError } from "./signerError.ts";

const LIMITS = { timeout: 20_000, maxBytes: 2 ** 20 };
const REMEDY = "check the address of the signer, that it runs, and that it holds the account's key";

/**
 * An account whose key a remote signer holds, which is asked by Web3Signer's JSON-RPC
 * (https://docs.web3signer.consensys.io/reference/api/json-rpc). What it signs is checked before it is used.
 */
export class Web3Signer extends AbstractSigner {
  readonly #url: URL;
  readonly #address: string;

  /** @param address Whose key signs. */
  constructor(url: URL, address: string, provider: Provider | null = null) {
    super(provider);
    [this.#url, this.#address] = [url, getAddress(address)];
  }

  override connect(provider: Provider | null): Web3Signer {
    return new Web3Signer(this.#url, this.#address, provider);
  }

  override getAddress(): Promise<string> {
    return Promise.resolve(this.#address);
  }

  /**
   * Makes sure that the signer answers and has the account.
   * @throws {SignerError} If not.
   */
  async requireAccount(): Promise<void> {
    const accounts = await this.#ask("eth_accounts", []);
    const has =
      Array.isArray(accounts) && accounts.some((each) => String(each).toLowerCase() === this.#address.toLowerCase());
    if (!has) throw this.#refuse("does not hold the key of signer.address");
  }

  /** @throws {SignerError} If the signer refuses, or signs something else. */
  override async signTransaction(request: TransactionRequest): Promise<string> {
    const { from, to, ...others } = await resolveProperties(request);
    if (from != null && (await resolveAddress(from)) !== this.#address)
      throw this.#refuse("signs for signer.address alone, and not for another sender");
    const wanted = Transaction.from({ ...others, to: to == null ? null : await resolveAddress(to) } as TransactionLike);
    const raw = await this.#ask("eth_signTransaction", [toParameters(wanted, this.#address)]);
    const signed = isHexString(raw) ? tryTo(() => Transaction.from(raw)) : undefined;
    if (signed?.from !== this.#address || signed.unsignedHash !== wanted.unsignedHash)
      throw this.#refuse("signed another transaction than it was asked to, or for another chain");
    return signed.serialized;
  }

  /** @throws {SignerError} If the signer refuses, or signs something else. */
  override async signTypedData(
    domain: TypedDataDomain,
    types: Record<string, TypedDataField[]>,
    value: Record<string, unknown>,
  ): Promise<string> {
    const payload: unknown = TypedDataEncoder.getPayload(domain, types, value);
    // It takes the data as a text within the JSON of the question.
    const signature = await this.#ask("eth_signTypedData", [this.#address, JSON.stringify(payload)]);
    return this.#own(signature, (text) => verifyTypedData(domain, types, value, text));
  }

  /** @throws {SignerError} If the signer refuses, or signs something else. */
  override async signMessage(message: string | Uint8Array): Promise<string> {
    const bytes = typeof message === "string" ? toUtf8Bytes(message) : message;
    const signature = await this.#ask("eth_sign", [this.#address, hexlify(bytes)]);
    return this.#own(signature, (text) => verifyMessage(bytes, text));
  }

  #own(signature: unknown, recover: (text: string) => string): string {
    const text = isHexString(signature, 65) ? signature : "";
    if (tryTo(() => recover(text)) !== this.#address)
      throw this.#refuse("signed something else than it was asked to, or with another key");
    return text;
  }

  async #ask(method: string, params: unknown[]): Promise<unknown> {
    try {
      const answer = await askEndpoint(this.#url, { jsonrpc: "2.0", id: 1, method, params }, LIMITS);
      if (!("error" in answer)) return answer.result;
      throw this.#refuse(`refuses ${method}, with error ${answer.error.code}: ${answer.error.message ?? ""}`);
    } catch (error) {
      if (error instanceof NoAnswer) throw this.#refuse(`does not answer ${method}: ${error.message}`);
      throw error;
    }
  }

  #refuse(problem: string): SignerError {
    return new SignerError("signer.web3signer", this.#url.host, problem, REMEDY);
  }
}

/** A transaction of EIP-1559 in the fields that the signer knows; the chain is its own. */
function toParameters(
  { to, data, value, nonce, gasLimit, maxFeePerGas, maxPriorityFeePerGas }: Transaction,
  from: string,
): Record<string, string> {
  return {
    from,
    ...(to === null ? {} : { to }),
    data,
    value: toQuantity(value),
    nonce: toQuantity(nonce),
    gas: toQuantity(gasLimit),
    maxFeePerGas: toQuantity(maxFeePerGas ?? 0n),
    maxPriorityFeePerGas: toQuantity(maxPriorityFeePerGas ?? 0n),
  };
}

function tryTo<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
