/**
 * Content types by their first bytes. Sources: the formats' own specifications and the magic database of file(1).
 * The first entry that fits wins, so the narrower stand before the wider.
 */
import type { Kind } from './kinds.ts'

export interface Signature {
  type: string
  kind: Kind
  label: string
  /** Extensions that are right for it; the name is not a mismatch with any of these. */
  extensions: readonly string[]
  /** Bytes as latin1 text at an offset, all of which must be there. */
  at: readonly (readonly [offset: number, bytes: string])[]
}

const sign = (type: string, kind: Kind, label: string, extensions: string, ...at: [number, string][]): Signature => ({
  type,
  kind,
  label,
  extensions: extensions.split(' '),
  at,
})

const OLE = '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'

export const SIGNATURES: readonly Signature[] = [
  sign('image/png', 'image', 'PNG image', 'png apng', [0, '\x89PNG\r\n\x1a\n']),
  sign('image/jpeg', 'image', 'JPEG image', 'jpg jpeg jpe jfif mpo', [0, '\xff\xd8\xff']),
  sign('image/gif', 'image', 'GIF image', 'gif', [0, 'GIF8']),
  sign('image/webp', 'image', 'WebP image', 'webp', [0, 'RIFF'], [8, 'WEBP']),
  sign('image/tiff', 'image', 'TIFF image', 'tif tiff dng cr2 nef arw pef srw', [0, 'II*\0']),
  sign('image/tiff', 'image', 'TIFF image', 'tif tiff dng nef', [0, 'MM\0*']),
  sign('image/bmp', 'image', 'bitmap image', 'bmp dib', [0, 'BM'], [6, '\0\0\0\0']),
  sign('image/vnd.adobe.photoshop', 'image', 'Photoshop image', 'psd psb', [0, '8BPS']),
  sign('image/x-icon', 'image', 'icon', 'ico', [0, '\0\0\x01\0'], [5, '\0']),
  sign('image/jxl', 'image', 'JPEG XL image', 'jxl', [0, '\0\0\0\x0cJXL ']),
  sign('image/jxl', 'image', 'JPEG XL image', 'jxl', [0, '\xff\x0a']),
  sign('image/x-xcf', 'image', 'GIMP image', 'xcf', [0, 'gimp xcf ']),
  sign('image/avif', 'image', 'AVIF image', 'avif avifs', [4, 'ftypavi']),
  sign('image/heic', 'image', 'HEIC image', 'heic heif hif', [4, 'ftyphe']),
  sign('image/heic', 'image', 'HEIC image', 'heic heif hif', [4, 'ftypmif1']),
  sign('image/x-canon-cr3', 'image', 'Canon raw image', 'cr3', [4, 'ftypcrx ']),
  sign('audio/mp4', 'audio', 'M4A audio', 'm4a m4b aac mp4', [4, 'ftypM4A']),
  sign('audio/mp4', 'audio', 'M4B audiobook', 'm4b m4a mp4', [4, 'ftypM4B']),
  sign('video/quicktime', 'video', 'QuickTime video', 'mov qt', [4, 'ftypqt  ']),
  sign('video/mp4', 'video', 'MP4 video', 'mp4 m4v mov 3gp 3g2 f4v m4a', [4, 'ftyp']),
  sign('video/x-matroska', 'video', 'Matroska or WebM video', 'mkv webm mka mks mk3d', [0, '\x1a\x45\xdf\xa3']),
  sign('video/x-msvideo', 'video', 'AVI video', 'avi', [0, 'RIFF'], [8, 'AVI ']),
  sign('video/x-flv', 'video', 'Flash video', 'flv', [0, 'FLV\x01']),
  sign('video/mpeg', 'video', 'MPEG video', 'mpg mpeg vob m2p', [0, '\0\0\x01\xba']),
  sign('video/mpeg', 'video', 'MPEG video', 'mpg mpeg m1v m2v', [0, '\0\0\x01\xb3']),
  sign('video/x-ms-asf', 'video', 'Windows Media file', 'wmv asf wma', [0, '\x30\x26\xb2\x75\x8e\x66\xcf\x11']),
  sign('video/mp2t', 'video', 'MPEG transport stream', 'ts mts m2ts', [0, 'G'], [188, 'G'], [376, 'G']),
  sign('audio/mpeg', 'audio', 'MP3 audio', 'mp3 mp2 mpga', [0, 'ID3']),
  sign('audio/flac', 'audio', 'FLAC audio', 'flac', [0, 'fLaC']),
  sign('audio/ogg', 'audio', 'Ogg audio', 'ogg oga opus spx ogv ogx', [0, 'OggS']),
  sign('audio/wav', 'audio', 'WAV audio', 'wav wave', [0, 'RIFF'], [8, 'WAVE']),
  sign('audio/midi', 'audio', 'MIDI music', 'mid midi kar', [0, 'MThd']),
  sign('audio/aiff', 'audio', 'AIFF audio', 'aif aiff aifc', [0, 'FORM'], [8, 'AIF']),
  sign('audio/amr', 'audio', 'AMR audio', 'amr', [0, '#!AMR']),
  sign('application/pdf', 'document', 'PDF document', 'pdf ai', [0, '%PDF-']),
  sign('application/postscript', 'document', 'PostScript document', 'ps eps ai', [0, '%!PS']),
  sign('application/rtf', 'document', 'RTF document', 'rtf doc', [0, '{\\rtf']),
  sign('image/vnd.djvu', 'document', 'DjVu document', 'djvu djv', [0, 'AT&TFORM']),
  sign('application/x-mobipocket-ebook', 'ebook', 'Kindle book', 'mobi azw azw3 prc', [60, 'BOOKMOBI']),
  sign(
    'application/x-ole-storage',
    'document',
    'Office 97 document',
    'doc xls ppt msg msi vsd pub mpp dot xlt pot db',
    [0, OLE],
  ),
  sign('application/gzip', 'archive', 'gzip archive', 'gz tgz svgz emz gzip', [0, '\x1f\x8b\x08']),
  sign('application/x-xz', 'archive', 'xz archive', 'xz txz', [0, '\xfd7zXZ\0']),
  sign('application/x-bzip2', 'archive', 'bzip2 archive', 'bz2 tbz2 tbz', [0, 'BZh']),
  sign('application/zstd', 'archive', 'Zstandard archive', 'zst tzst', [0, '\x28\xb5\x2f\xfd']),
  sign('application/x-lz4', 'archive', 'LZ4 archive', 'lz4', [0, '\x04\x22\x4d\x18']),
  sign('application/x-lzip', 'archive', 'lzip archive', 'lz', [0, 'LZIP']),
  sign('application/x-7z-compressed', 'archive', '7-Zip archive', '7z', [0, '7z\xbc\xaf\x27\x1c']),
  sign('application/vnd.rar', 'archive', 'RAR archive', 'rar cbr', [0, 'Rar!\x1a\x07']),
  sign('application/x-tar', 'archive', 'tar archive', 'tar ova gem', [257, 'ustar']),
  sign('application/x-cpio', 'archive', 'cpio archive', 'cpio', [0, '0707']),
  sign('application/vnd.debian.binary-package', 'program', 'Debian package', 'deb udeb', [0, '!<arch>\ndebian']),
  sign('application/x-archive', 'archive', 'ar archive', 'a ar lib', [0, '!<arch>\n']),
  sign('application/x-rpm', 'program', 'RPM package', 'rpm', [0, '\xed\xab\xee\xdb']),
  sign('application/vnd.appimage', 'program', 'AppImage', 'appimage', [0, '\x7fELF'], [8, 'AI\x02']),
  sign('application/x-executable', 'program', 'Linux program', 'so elf ko', [0, '\x7fELF']),
  sign('application/vnd.microsoft.portable-executable', 'program', 'Windows program', 'exe dll scr sys efi msu', [
    0,
    'MZ',
  ]),
  sign('application/x-mach-binary', 'program', 'macOS program', 'dylib bundle', [0, '\xcf\xfa\xed\xfe']),
  sign('application/java-vm', 'program', 'Java class', 'class', [0, '\xca\xfe\xba\xbe\0\0\0']),
  sign('application/wasm', 'program', 'WebAssembly module', 'wasm', [0, '\0asm']),
  sign('application/vnd.flatpak', 'program', 'Flatpak bundle', 'flatpak', [0, 'flatpak']),
  sign('application/vnd.snap', 'program', 'SquashFS image or snap', 'snap squashfs sfs', [0, 'hsqs']),
  sign('application/x-qemu-disk', 'disk-image', 'QEMU disk image', 'qcow2 qcow', [0, 'QFI\xfb']),
  sign('application/x-virtualbox-vdi', 'disk-image', 'VirtualBox disk image', 'vdi', [64, '\x7f\x10\xda\xbe']),
  sign('application/x-vmdk', 'disk-image', 'VMware disk image', 'vmdk', [0, 'KDMV']),
  sign('application/x-vhdx', 'disk-image', 'Hyper-V disk image', 'vhdx', [0, 'vhdxfile']),
  sign('font/woff2', 'font', 'WOFF2 font', 'woff2', [0, 'wOF2']),
  sign('font/woff', 'font', 'WOFF font', 'woff', [0, 'wOFF']),
  sign('font/otf', 'font', 'OpenType font', 'otf', [0, 'OTTO\0']),
  sign('font/ttf', 'font', 'TrueType font', 'ttf ttc', [0, '\0\x01\0\0\0']),
  sign('font/collection', 'font', 'font collection', 'ttc otc', [0, 'ttcf']),
  sign('application/vnd.sqlite3', 'data', 'SQLite database', 'sqlite sqlite3 db db3 sqlitedb', [
    0,
    'SQLite format 3\0',
  ]),
  sign('application/vnd.apache.parquet', 'data', 'Parquet data', 'parquet', [0, 'PAR1']),
  sign('application/x-hdf5', 'data', 'HDF5 data', 'h5 hdf5 hdf', [0, '\x89HDF\r\n']),
  sign('application/x-gguf', 'data', 'GGUF language model', 'gguf', [0, 'GGUF']),
  sign('model/gltf-binary', 'model', 'glTF model', 'glb', [0, 'glTF']),
  sign('application/x-blender', 'model', 'Blender scene', 'blend', [0, 'BLENDER']),
  sign('application/x-bittorrent', 'data', 'torrent file', 'torrent', [0, 'd8:announce']),
]

/** Signatures by the first byte they ask for; those that start later or at any byte are under -1. */
export const BY_FIRST_BYTE: ReadonlyMap<number, readonly Signature[]> = Map.groupBy(SIGNATURES, ({ at }) => {
  const start = at.find(([offset]) => offset === 0)
  return start === undefined ? -1 : start[1].charCodeAt(0)
})
