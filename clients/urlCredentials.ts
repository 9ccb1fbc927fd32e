/** An address as `fetch` takes it, and the headers that it stands for. */
export interface FetchAddress {
  readonly url: URL;
  readonly headers: Record<string, string>;
}

/** Puts the name and password of an address into a header, since `fetch` takes no address with them. */
export function withoutCredentials(address: URL): FetchAddress {
  const url = new URL(address);
  if (url.username === "" && url.password === "") return { url, headers: {} };
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  [url.username, url.password] = ["", ""];
  return { url, headers: { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` } };
}
