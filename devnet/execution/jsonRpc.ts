/** What a JSON-RPC server answers instead of a result. */
export interface RpcFailure {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** Codes of JSON-RPC 2.0 and of EIP-1474. */
export const RPC_CODES = {
  parse: -32_700,
  invalidRequest: -32_600,
  noMethod: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  server: -32_000,
  unavailable: -32_002,
  /** Of geth: a call reverted, with what it gave back as data. */
  reverted: 3,
} as const;

/** A request was refused or failed, in terms of JSON-RPC. */
export class RpcError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.name = "RpcError";
    this.code = code;
    this.data = data;
  }
}

interface Answer {
  readonly result?: unknown;
  readonly error?: RpcFailure;
}

const TIMEOUT = 60_000;

/**
 * Calls one method of a JSON-RPC server over HTTP; connections are used again.
 * @param timeout Longest wait for the answer, milliseconds.
 * @throws {RpcError} What the server answers; with code -32002 if it cannot be reached or is too slow.
 */
export async function callRpc(
  url: string,
  method: string,
  params: readonly unknown[] = [],
  timeout = TIMEOUT,
): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const { result, error } = (await post(url, method, body, timeout)) as Answer;
  if (error !== undefined) throw new RpcError(error.code, error.message, error.data);
  return result;
}

async function post(url: string, method: string, body: string, timeout: number): Promise<unknown> {
  try {
    const headers = { "content-type": "application/json" };
    const signal = AbortSignal.timeout(timeout);
    const response = await fetch(url, { method: "POST", headers, body, signal });
    return await response.json();
  } catch (error) {
    throw new RpcError(RPC_CODES.unavailable, `${url} does not answer ${method}: ${explain(error, timeout)}`);
  }
}

function explain(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `nothing came within ${timeout / 1_000} seconds`;
  const { cause } = error;
  return cause instanceof Error && "code" in cause ? String(cause.code) : error.message;
}
