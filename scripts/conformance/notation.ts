import type { ParamType, Result } from "ethers";

const RECORDED_START = 25n;
const HEX = /^0x[0-9a-f]*$/i;
const BLOCK_ARGUMENTS = new Set(["blockNum", "blockNumber"]);

/** Translates between the notation of a trace and that of this chain: accounts by number, blocks from the start. */
export class Notation {
  readonly #accounts: string[];
  readonly #start: bigint;

  constructor(accounts: string[], start: number) {
    this.#accounts = accounts;
    this.#start = BigInt(start);
  }

  address(account: string): string {
    const address = this.#accounts[Number(account.slice("account:".length))];
    if (address === undefined) throw new Error(`there is no ${account} on this chain`);
    return address;
  }

  /** A value of a trace, as a call needs it. */
  read(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.read(item));
    if (typeof value === "string" && value.startsWith("account:")) return this.address(value);
    if (typeof value === "object" && value !== null && "blockOffset" in value)
      return this.#start + BigInt(String(value.blockOffset));
    return value;
  }

  /** A decoded value of this chain, as a trace would have it. Structs become arrays, or objects when `named`. */
  write(value: unknown, type: ParamType, named = true): unknown {
    if (type.isArray()) return [...(value as Result)].map((item) => this.write(item, type.arrayChildren, named));
    if (type.isTuple()) return this.writeAll(value as Result, type.components, named);
    if (typeof value === "bigint" || typeof value === "number") return this.#writeNumber(BigInt(value), type.name);
    if (typeof value === "string" && type.baseType === "address") return this.#writeAddress(value);
    return value;
  }

  writeAll(values: Result, types: readonly ParamType[], named: boolean): unknown {
    const written = types.map((type, i) => this.write(values[i], type, named));
    return named ? Object.fromEntries(types.map((type, i) => [type.name, written[i]])) : written;
  }

  /** The same text for the same value, whatever the order of keys, the case of hex or the form of numbers and accounts. */
  canonical(value: unknown): string {
    return JSON.stringify(value, (_, item: unknown) => {
      if (typeof item === "number") return String(item);
      if (typeof item === "string" && HEX.test(item)) return this.#writeAddress(item.toLowerCase());
      if (typeof item === "object" && item !== null && !Array.isArray(item))
        return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
      return item;
    });
  }

  #writeNumber(value: bigint, name: string): string {
    return String(BLOCK_ARGUMENTS.has(name) ? value - this.#start + RECORDED_START : value);
  }

  #writeAddress(value: string): string {
    const number = this.#accounts.findIndex((account) => account.toLowerCase() === value.toLowerCase());
    return number === -1 ? value : `account:${number}`;
  }
}
