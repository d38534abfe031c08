"""Nothing is begun that could not be kept: with hardly any room on the disk, or the database's file taken away."""

import errno
import os

from django.db import OperationalError, connection

# Of the disk: what is left is for reading on, for the way back, and for whoever makes room.
STOP_BELOW = 0.02


def refuse_what_cannot_be_kept() -> None:
    """Raises OSError (ENOSPC) or OperationalError, before a transaction begins; two calls of the system, microseconds.

    A file that was moved away stays open, and what is written to it would be gone with it. One that came in its place
    is opened anew."""
    name = connection.settings_dict["NAME"]
    is_file = connection.vendor == "sqlite" and isinstance(name, os.PathLike)
    if not is_file or connection.in_atomic_block:
        return
    try:
        file, disk = os.stat(name), os.statvfs(name)
    except OSError as error:
        raise OperationalError("the database file is not there") from error
    if disk.f_bavail < disk.f_blocks * STOP_BELOW:
        raise OSError(errno.ENOSPC, "less than a fiftieth of the disk is free")
    if connection.connection is not None and connection.connection.inode != file.st_ino:
        connection.close()
