/** File names: their extension, and free names beside one that is taken. All lengths are in bytes. */
import { rawPath, type RawPath } from './raw-path.ts'

/** Longest name of a file on every common Linux file system, in bytes (NAME_MAX of limits.h). */
export const NAME_MAX = 255

const DOUBLE = /\.tar\.(?:gz|xz|bz2|zst|lz|lz4|br)$/i
/** Past this, what follows the last dot is part of a title rather than an extension. */
const LONGEST_EXTENSION = 20

/** Splits before the extension, which keeps its dot and may be empty; `.tar.gz` and its like count as one. */
export function splitExtension(name: RawPath): { stem: RawPath; extension: RawPath } {
  const double = DOUBLE.exec(name)
  const at = double !== null && double.index > 0 ? double.index : name.lastIndexOf('.')
  if (at <= 0 || name.length - at > LONGEST_EXTENSION) return { stem: name, extension: rawPath('') }
  return { stem: rawPath(name.slice(0, at)), extension: rawPath(name.slice(at)) }
}

const isContinuation = (character: string | undefined) =>
  character !== undefined && character >= '\u0080' && character < '\u00c0'

/** The first bytes of a name, at most `limit`, without cutting a UTF-8 character in two. */
export function fitBytes(name: string, limit: number): RawPath {
  if (name.length <= limit) return rawPath(name)
  let end = limit
  // Four bytes at most make a character; a longer run is not UTF-8, where any cut is as good.
  for (let i = 0; i < 3 && isContinuation(name[end]); i++) end--
  return rawPath(name.slice(0, isContinuation(name[end]) ? limit : end))
}

/** `report (2).pdf` for `report.pdf`, shortened where it must be so that it fits in {@link NAME_MAX} bytes. */
export function numberedName(name: RawPath, number: number): RawPath {
  const { stem, extension } = splitExtension(name)
  const suffix = ` (${number})${extension}`
  return rawPath(fitBytes(stem, NAME_MAX - suffix.length) + suffix)
}

/**
 * The name itself, or the first numbered one that is free.
 * @param isTaken asked for one name after the other
 * @param from number to start with, where a caller knows the lower ones to be taken
 */
export function freeName(
  name: RawPath,
  isTaken: (name: RawPath) => boolean,
  from = 2,
): { name: RawPath; next: number } {
  if (!isTaken(name)) return { name, next: from }
  for (let number = from; ; number++) {
    const candidate = numberedName(name, number)
    if (!isTaken(candidate)) return { name: candidate, next: number + 1 }
  }
}
