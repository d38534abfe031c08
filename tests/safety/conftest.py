"""Disks that can be filled."""

import errno
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture
def small_disk() -> Iterator[Callable[[str], Path]]:
    """Mounts a disk of a size such as 48m; it is gone after the test."""
    if os.geteuid() != 0:
        pytest.skip("needs root to mount a small disk")
    # Not in pytest's own folder, which no other user may enter: PostgreSQL runs as one.
    disk = Path(tempfile.mkdtemp(prefix="rapport-disk-"))

    def mount(size: str) -> Path:
        command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=755", "tmpfs", str(disk)]
        if subprocess.run(command, check=False).returncode:
            pytest.skip("needs the right to mount a small disk")
        return disk

    yield mount
    if disk.is_mount():
        subprocess.run(["umount", "-l", str(disk)], check=True)
    disk.rmdir()


def fill(disk: Path, *, leaving: float = 0.0) -> Path:
    """Fill a disk to the last byte, or until this share of it is left; returns the file that does."""
    filler = disk / "filler"
    with filler.open("ab", buffering=0) as file:
        try:
            while _free(disk) > leaving and file.write(b"x" * 4_096):
                pass
        except OSError as error:
            assert error.errno == errno.ENOSPC
    return filler


def _free(disk: Path) -> float:
    usage = shutil.disk_usage(disk)
    return usage.free / usage.total or 1e-9  # the last byte is not the end: only the error is
