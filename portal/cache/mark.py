"""A number in shared memory by which processes of one machine tell of a commit."""

import mmap
import os
import struct
import time
from pathlib import Path

NUMBER = struct.Struct("=Q")


class Mark:
    """Eight bytes of a file that every process of this machine maps.

    `value` is None where the file cannot be had; then nothing may be taken for new.
    """

    def __init__(self, path: Path) -> None:
        self.shared: mmap.mmap | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o660)
            try:
                if os.fstat(handle).st_size < NUMBER.size:
                    os.ftruncate(handle, NUMBER.size)
                self.shared = mmap.mmap(handle, NUMBER.size)
            finally:
                os.close(handle)
        except OSError:
            self.shared = None

    @property
    def value(self) -> int | None:
        if self.shared is None:
            return None
        number: int = NUMBER.unpack_from(self.shared)[0]
        return number

    def move(self) -> None:
        """Another number than before: the others ask the database."""
        if self.shared is not None:
            NUMBER.pack_into(
                self.shared, 0, time.time_ns() ^ (os.getpid() & 0xFFFF) << 48
            )
