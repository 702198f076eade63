"""What reading a zip file may raise, whoever sent it: it is broken, encrypted, or packed in a way that is not known."""

import lzma
import zipfile
import zlib

SPOILT = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError),
    *(NotImplementedError, RuntimeError, OSError, ValueError),
)
