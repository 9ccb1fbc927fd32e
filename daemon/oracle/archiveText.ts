/** JSON of values that may have big numbers, as decimal digits with an `n`, and maps, as lists of their entries. */
export function writeArchived(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === "bigint") return `${each}n`;
    return each instanceof Map ? { [MAP]: [...each] } : each;
  });
}

/**
 * Reads such JSON.
 * @throws {SyntaxError} If it is none.
 */
export function readArchived(text: string): unknown {
  return JSON.parse(text, (_, each: unknown) => {
    if (typeof each === "string" && BIG.test(each)) return BigInt(each.slice(0, -1));
    return isMap(each) ? new Map(each[MAP]) : each;
  });
}

const MAP = "map of entries";
const BIG = /^-?\d+n$/;

function isMap(value: unknown): value is { readonly [MAP]: [unknown, unknown][] } {
  return typeof value === "object" && value !== null && MAP in value;
}
