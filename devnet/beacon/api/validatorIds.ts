import { fromHex } from "../../../src/units/hex.ts";
import type { ChainState } from "../chainState.ts";
import { badRequest } from "./apiErrors.ts";

const INDEX = /^\d{1,20}$/;
const PUBKEY = /^0x[\da-f]{96}$/i;

/**
 * Index of a validator by `validator_id` of the Beacon API, an index or a public key; undefined if a state has none such.
 * @throws {ApiError} 400 if it is neither.
 */
export function indexOf(state: ChainState, id: string | number): number | undefined {
  requireId(id);
  const text = String(id);
  // The keys of all states are in one cache: a later validator's is not of this state.
  const index = INDEX.test(text) ? Number(text) : state.epochCtx.getValidatorIndex(fromHex(text, "public key", 48));
  return index !== null && index < state.validators.length ? index : undefined;
}

/** Indices of those validators that a state has, each once; all of them if none is asked for. */
export function indicesOf(state: ChainState, ids: readonly (string | number)[] | undefined): number[] {
  if (ids === undefined || ids.length === 0) return Array.from({ length: state.validators.length }, (_, i) => i);
  return [...new Set(ids.map((id) => indexOf(state, id)).filter((index) => index !== undefined))];
}

/**
 * Refuses a request's body that lists something else than validators, of which the library's parser would take what it
 * can: the beginning of `12ab` for a number.
 * @throws {ApiError} 400.
 */
export function requireIdsIn(body: unknown): void {
  const list = typeof body === "object" && body !== null && "ids" in body ? body.ids : body;
  if (!Array.isArray(list)) return;
  for (const id of list as unknown[]) if (typeof id === "string" || typeof id === "number") requireId(id);
}

function requireId(id: string | number): void {
  const text = String(id);
  if (!INDEX.test(text) && !PUBKEY.test(text))
    throw badRequest(`Invalid validator id: ${text}; use an index or a public key of 48 bytes`);
}
