import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

import { contentPlace, publicUri, type ContentPlace } from "../clients/contentPlaces.ts";
import { InputError } from "./input.ts";
import { fetchVariable, parseVariableName } from "./variables.ts";

/** What the options say of where a batch's files go. */
export interface ContentOptions {
  readonly content: string | undefined;
  readonly contentAuth: string | undefined;
  readonly contentUri: string;
  /** Folder of the keys whose batches these are. */
  readonly dir?: string | undefined;
}

/** Where the files of batches go, and what others are told. */
export interface ContentTarget {
  readonly place: ContentPlace;
  /** The same place as others read it. */
  readonly reader: ContentPlace;
  /** Public address of the place, ending with a slash. */
  readonly uri: string;
}

const OPTION = "content-auth";
const HEADER = /^([A-Za-z][A-Za-z0-9-]*):[ \t]*([\x20-\x7e]+)$/;

/**
 * Where `--content` tells to store the files; nothing without it.
 * @throws {InputError | ContentPlaceError} If it is no such place, or an option does not fit.
 */
export async function openContent(
  hre: HardhatRuntimeEnvironment,
  { content, contentAuth, contentUri, dir }: ContentOptions,
): Promise<ContentTarget | undefined> {
  if (content === undefined) {
    if (contentAuth !== undefined)
      throw new InputError(OPTION, "no content", "has nothing to open", "name the place with --content");
    if (contentUri !== "") publicUri(contentUri, "contentUri");
    return undefined;
  }
  const header = contentAuth === undefined ? undefined : await fetchHeader(hre, contentAuth);
  const place = contentPlace(content, "content", header === undefined ? {} : { header });
  if (place.folder !== undefined && !existsSync(place.folder))
    throw new InputError("content", place.folder, "is not there", "make or mount this folder, or correct the path");
  if (place.folder !== undefined) {
    checkWritable(place.folder);
    if (dir !== undefined) checkApart(place.folder, dir);
  }
  // With another address for the public, ours may be one that opens to nobody else.
  if (contentUri !== "") return { place, reader: place, uri: publicUri(contentUri, "contentUri") };
  return { place, reader: contentPlace(content, "content"), uri: place.uri };
}

/** Before anybody agrees to a plan that could not be carried out. */
function checkWritable(folder: string): void {
  try {
    // The dot is there in folders only.
    accessSync(`${folder}/.`, constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "no reason given";
    throw new InputError("content", folder, `cannot be written to, ${code}`, "name a folder that you may write to");
  }
}

/** What is stored is for everybody, and what lies in the folder of the keys for nobody. */
function checkApart(folder: string, dir: string): void {
  if (!existsSync(dir)) return;
  const [content, keys] = [realpathSync(folder), realpathSync(dir)];
  if (isWithin(content, keys) || isWithin(keys, content))
    throw new InputError(
      "content",
      folder,
      `is the folder of the keys, in it or above it, ${dir}`,
      "name a folder apart from it: these files are for everybody",
    );
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === "" || !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
}

async function fetchHeader(hre: HardhatRuntimeEnvironment, name: string): Promise<readonly [string, string]> {
  const field = `${OPTION}: ${parseVariableName(name, OPTION, "CONTENT_AUTH", "header")}`;
  const value = await fetchVariable(hre, field, name, "header");
  const match = HEADER.exec(value.trim());
  if (match === null)
    throw new InputError(
      field,
      "hidden",
      "holds no header",
      "store one under this name as the server wants it, such as Authorization: Bearer …",
    );
  const [, header = "", secret = ""] = match;
  return [header, secret];
}
