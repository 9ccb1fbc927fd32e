/** Told of each part of an answer that has come: all bytes so far, and how many there will be if that is known. */
export type DownloadProgress = (received: number, total: number | undefined) => void;

/** Room for an answer whose length is not told; doubles as it is filled. */
const FIRST_ROOM = 2 ** 18;

/**
 * Reads the body of a long answer into one buffer, so that no part of it is held twice where its length is told.
 * @returns Undefined if it has more than `maxBytes`; the rest is not read then.
 */
export async function download(
  response: Response,
  maxBytes: number,
  advance?: DownloadProgress,
): Promise<Buffer | undefined> {
  const total = lengthOf(response);
  if (total !== undefined && total > maxBytes) {
    await response.body?.cancel();
    return undefined;
  }
  let bytes = Buffer.allocUnsafeSlow(Math.min(total ?? FIRST_ROOM, maxBytes));
  let length = 0;
  // Stopping early cancels the rest.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    const end = length + chunk.length;
    if (end > maxBytes) return undefined;
    if (end > bytes.length) bytes = grow(bytes, Math.min(Math.max(end, 2 * bytes.length), maxBytes), length);
    bytes.set(chunk, length);
    length = end;
    advance?.(length, total);
  }
  return bytes.subarray(0, length);
}

/** Bytes that will come; what is said of a compressed answer is its length before it is unpacked. */
function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get("content-length");
  const isPacked = (headers.get("content-encoding") ?? "identity") !== "identity";
  return length === null || isPacked ? undefined : Number(length);
}

function grow(bytes: Buffer, size: number, length: number): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafeSlow(size);
  bytes.copy(larger, 0, 0, length);
  return larger;
}
