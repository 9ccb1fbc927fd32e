import { JsonRpcProvider, Network, type JsonRpcPayload, type JsonRpcResult } from "ethers";

import { FieldError } from "../src/units/errors.ts";
import { Endpoint, inOrder } from "./endpoints.ts";
import type { RequestResult } from "./requestResult.ts";
import { askEndpoint, NoAnswer, type EndpointLimits, type RpcAnswer } from "./rpcEndpoint.ts";

/** No execution node can be asked, or they are not of one chain. */
export class ExecutionError extends FieldError {}

/** How several execution nodes are asked as one. */
export interface FailoverOptions extends Partial<EndpointLimits> {
  /** Told of each request, with the host alone: the rest of many addresses contains a key. */
  readonly onRequest?: (host: string, result: RequestResult) => void;
}

const LIMITS = { timeout: 20_000, maxBytes: 128 * 2 ** 20 };
const CHAIN_ID: JsonRpcPayload = { jsonrpc: "2.0", id: 0, method: "eth_chainId", params: [] };

/**
 * Several execution nodes as one: asks the first that works. One that cannot be reached, is too slow or overloaded is
 * left alone for a while, and the next is asked. An error that is an answer, such as a revert, is not asked again.
 */
export class FailoverProvider extends JsonRpcProvider {
  readonly #endpoints: readonly Endpoint[];
  readonly #options: FailoverOptions;
  /** Those that are known to be of the same chain. */
  readonly #checked: Set<Endpoint>;

  private constructor(
    chainId: bigint,
    endpoints: readonly Endpoint[],
    checked: Set<Endpoint>,
    options: FailoverOptions,
  ) {
    const network = Network.from(chainId);
    // Every question is asked: an old answer would look like a chain that stands still.
    super(undefined, network, { staticNetwork: network, cacheTimeout: -1, batchMaxCount: 1 });
    [this.#endpoints, this.#options, this.#checked] = [endpoints, options, checked];
  }

  /**
   * Connects to nodes. One that does not answer now is checked when it is needed.
   * @param urls In the order of preference.
   * @throws {ExecutionError} If none answers, or they are of different chains.
   */
  static async connect(urls: readonly string[], options: FailoverOptions = {}): Promise<FailoverProvider> {
    const endpoints = urls.map((url) => new Endpoint(new URL(url)));
    const asked = await Promise.all(endpoints.map((endpoint) => chainIdOf(endpoint, options)));
    const chainId = asked.find((answer) => typeof answer === "bigint");
    if (chainId === undefined) throw noneWorks(endpoints.map(({ host }, i) => `${host}: ${String(asked[i])}`));
    endpoints.forEach((endpoint, i) => {
      const answer = asked[i];
      if (typeof answer === "bigint") requireSame(endpoint, answer, chainId);
    });
    const checked = new Set(endpoints.filter((_, i) => asked[i] === chainId));
    return new FailoverProvider(chainId, endpoints, checked, options);
  }

  override async _send(payload: JsonRpcPayload | JsonRpcPayload[]): Promise<JsonRpcResult[]> {
    const answers = await Promise.all([payload].flat().map((each) => this.#ask(each)));
    // ethers tells errors from results itself, though its type names results alone.
    return answers as JsonRpcResult[];
  }

  async #ask(payload: JsonRpcPayload): Promise<RpcAnswer> {
    const reasons: string[] = [];
    for (const endpoint of inOrder(this.#endpoints, Date.now())) {
      try {
        await this.#check(endpoint);
        return await ask(endpoint, payload, this.#options);
      } catch (error) {
        if (!(error instanceof NoAnswer)) throw error;
        reasons.push(`${endpoint.host}: ${error.message}`);
      }
    }
    throw noneWorks(reasons);
  }

  /** One that did not answer at the start may be of another chain. */
  async #check(endpoint: Endpoint): Promise<void> {
    if (this.#checked.has(endpoint)) return;
    const chainId = await chainIdOf(endpoint, this.#options);
    if (typeof chainId !== "bigint") throw new NoAnswer(chainId);
    if (chainId !== this._network.chainId) {
      endpoint.failed(Date.now());
      throw new NoAnswer(`chain ${chainId} instead of ${this._network.chainId}`);
    }
    this.#checked.add(endpoint);
  }
}

async function ask(endpoint: Endpoint, payload: JsonRpcPayload, options: FailoverOptions): Promise<RpcAnswer> {
  try {
    const answer = await askEndpoint(endpoint.url, payload, { ...LIMITS, ...options });
    endpoint.succeeded();
    options.onRequest?.(endpoint.host, "error" in answer ? "refused" : "answered");
    return answer;
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    endpoint.failed(Date.now());
    options.onRequest?.(endpoint.host, "failed");
    throw error;
  }
}

/** The chain of a node, or why that cannot be told. */
async function chainIdOf(endpoint: Endpoint, options: FailoverOptions): Promise<bigint | string> {
  try {
    const answer = await ask(endpoint, CHAIN_ID, options);
    if ("error" in answer) return `error ${answer.error.code}`;
    const { result } = answer as { readonly result: unknown };
    return typeof result === "string" && /^0x[0-9a-f]{1,16}$/i.test(result) ? BigInt(result) : "no chain id";
  } catch (error) {
    if (error instanceof NoAnswer) return error.message;
    throw error;
  }
}

function requireSame({ host }: Endpoint, chainId: bigint, expected: bigint): void {
  if (chainId !== expected)
    throw new ExecutionError(
      "execution",
      host,
      `is of chain ${chainId}, and another node of chain ${expected}`,
      "name nodes of one chain only",
    );
}

function noneWorks(reasons: readonly string[]): ExecutionError {
  const remedy = "check the addresses, that the nodes run, and that they may be asked so often";
  return new ExecutionError("execution", reasons.join("; "), "has no node that answers", remedy);
}
