/** Fields whose values are addresses of servers, many of which contain a key. */
const ADDRESSES = ["execution", "beacon", "peers", "members"];
const HIDDEN = "hidden";

/** A value of a configuration as messages show it: no secrets, of a server's address the host alone. */
export function shownValue(path: readonly PropertyKey[], value: unknown): string {
  const [first = ""] = path;
  if (value === undefined) return "";
  // A private key, or a password, may have been written where only its place should stand.
  if (first === "signer") return HIDDEN;
  if (ADDRESSES.includes(String(first))) return Array.isArray(value) ? `${value.length} entries` : shownHost(value);
  return JSON.stringify(value);
}

/** The host of a server's address. */
export function shownHost(value: unknown): string {
  const url = typeof value === "string" ? URL.parse(value) : null;
  return url === null || url.host === "" ? HIDDEN : url.host;
}
