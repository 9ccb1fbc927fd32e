const LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"];
/** Wallets are extensions, which no page can pretend to be. */
const EXTENSIONS = ["chrome-extension:", "moz-extension:", "safari-web-extension:"];

/** Whether an `Origin` header is that of a page of this machine, or of a browser's extension. */
export function isLocalOrigin(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, hostname } = new URL(origin);
  return EXTENSIONS.includes(protocol) || LOCAL_HOSTS.includes(hostname) || hostname.endsWith(".localhost");
}
